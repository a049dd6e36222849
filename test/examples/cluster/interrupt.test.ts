import { readdirSync } from 'node:fs';
import t from 'tap';
import { Program } from '../../support/program.js';

t.test('Ctrl-C ends it before the audit, and leaves nothing behind', async (t) => {
  const tmp = t.testdir();
  const cluster = new Program(t, 'cluster/main', ['--seconds', '60'], { TMPDIR: tmp });
  const [pid] = await cluster.line(/ in process (\d+),/);
  await cluster.line(/ requests\/s /);
  // A terminal sends it to all processes.
  process.kill(Number(pid), 'SIGINT');
  cluster.kill('SIGINT');
  t.equal(await cluster.ended, 130);
  t.equal(cluster.err, 'stopped before the audit\n');
  t.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
  t.same(readdirSync(tmp), []);
});

t.test('when it is killed, the service stops by itself', async (t) => {
  const tmp = t.testdir();
  const cluster = new Program(t, 'cluster/main', ['--seconds', '60'], { TMPDIR: tmp });
  await cluster.line(/ requests\/s /);
  cluster.kill('SIGKILL');
  // Its outputs are closed once the last process that holds them has ended.
  t.equal(await cluster.ended, null);
  t.equal(cluster.err, '');
});

t.test('when the process of the service dies, it says so and ends', async (t) => {
  const tmp = t.testdir();
  const cluster = new Program(t, 'cluster/main', ['--seconds', '60'], { TMPDIR: tmp });
  const [pid] = await cluster.line(/ in process (\d+),/);
  await cluster.line(/ requests\/s /);
  process.kill(Number(pid), 'SIGKILL');
  t.equal(await cluster.ended, 1);
  t.equal(cluster.err, 'the process of the service ended by itself: SIGKILL\n');
  t.same(readdirSync(tmp), []);
});
