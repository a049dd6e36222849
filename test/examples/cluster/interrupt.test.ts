import { readdirSync } from 'node:fs';
import t from 'tap';
import { Program } from '../../support/program.js';

t.test('Ctrl-C ends it before the audit, and leaves nothing behind', async (t) => {
  const tmp = t.testdir();
  const cluster = new Program(t, 'cluster/main', ['--seconds', '60'], { TMPDIR: tmp });
  await cluster.line(/ requests\/s /);
  cluster.kill('SIGINT');
  t.equal(await cluster.ended, 130);
  t.equal(cluster.err, 'stopped before the audit\n');
  t.same(readdirSync(tmp), []);
});
