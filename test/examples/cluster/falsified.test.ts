import { join } from 'node:path';
import t from 'tap';
import { Program } from '../../support/program.js';

const FALSIFY = new URL('fixtures/falsify-when-stopped.js', import.meta.url).href;

t.test(
  'what is changed on disk while it is stopped fails the audit, and the program',
  async (t) => {
    const folder = join(t.testdir(), 'data');
    const cluster = new Program(
      t,
      'cluster/main',
      ['--seconds', '1', '--data', folder],
      { FALSIFIED: join(folder, 'journal') },
      { nodeArgs: ['--import', FALSIFY] },
    );
    const code = await cluster.ended;
    const { out, err } = cluster;
    t.equal(err, '');
    t.match(out, /^ {2}stopped in \d+ ms, in order$/m);
    t.match(out, /^ {2}WRONG {2}money: .*\n {9}-0\.01 EUR was sent and not received$/m);
    const deposit = String.raw`\S+ is 'deposited acc-\d+ (\d+\.\d\d) EUR(?:, received acc-0 nobody 0\.01 EUR)?', not 'deposited acc-\d+ (\d+\.\d\d) EUR'`;
    const [, is = '', was = ''] =
      new RegExp(`^ {2}WRONG {2}requests: .*\\n {9}${deposit}$`, 'm').exec(out) ?? [];
    t.equal(Math.round(100 * Number(is)) - Math.round(100 * Number(was)), 1, `${is} for ${was}`);
    t.match(out, /^ {2}WRONG {2}events: .*\n {9}acc-\d+: the list of balances is wrong$/m);
    t.match(out, /^ {2}right {2}raft: /m);
    t.match(out, /^ {2}right {2}nights: /m);
    t.match(out, /^THE AUDIT DOES NOT HOLD\n$/m);
    t.equal(code, 1);
  },
);
