import { readdirSync } from 'node:fs';
import t from 'tap';
import { Program } from '../../support/program.js';

t.test('under load, four faults and a restart nothing is lost, doubled or made up', async (t) => {
  const tmp = t.testdir();
  const cluster = new Program(t, 'cluster/main', ['--seconds', '3'], { TMPDIR: tmp });
  const code = await cluster.ended;
  const { out, err } = cluster;
  if (code !== 0) t.comment(out);
  t.equal(err, '');
  t.equal(code, 0);
  const story = [
    /^open at http:\S+ in process \d+, 3 threads and the main one$/m,
    /^a crashed actor$/m,
    /^ {2}CreditDesk on thread \d failed: the desk has a defect$/m,
    /^a killed thread$/m,
    /^ {2}thread \d died$/m,
    /^ {2}thread \d was replaced after \d+ ms$/m,
    /^a stuck handler$/m,
    /^ {2}thread \d is held by Saboteur for \d+ ms$/m,
    /^ {2}thread \d was replaced after \d+ ms$/m,
    /^a flaky dependency$/m,
    /^stopping, under load$/m,
    /^ {2}stopped in \d+ ms, in order$/m,
    /^open again from disk in process \d+; \d+ requests without an answer were made again$/m,
    /^ {2}a crashed actor: .*, recovered after \d+ ms$/m,
    /^ {2}a killed thread: .*, recovered after \d+ ms$/m,
    /^ {2}a stuck handler: .*, recovered after \d+ ms$/m,
    /^ {2}a flaky dependency: .*, recovered after \d+ ms$/m,
    /^ {2}right {2}money: \S+ EUR paid in = \S+ EUR in 60 accounts \+ \S+ EUR for orders$/m,
    /^ {2}right {2}requests: [1-9]\d* acknowledged, each there exactly once; /m,
    /^ {2}right {2}events: [1-9]\d* events in the list of balances, \d+ orders packed, each once$/m,
    /^ {2}right {2}raft: [1-9]\d* uses of settings, .*: linearizable$/m,
    /^ {2}right {2}nights: [1-9]\d* nights closed, each once, by \d+ leaders one after the other$/m,
    /^the audit holds$/m,
  ];
  let rest = out;
  for (const pattern of story) {
    const found = pattern.exec(rest);
    t.ok(found !== null, String(pattern));
    if (found !== null) rest = rest.slice(found.index + found[0].length);
  }
  t.match(out, /^ +\d+ s +\d+ requests\/s +p50 +\S+ ms +p99 +\S+ ms +\d+ failed$/m);
  const pids = [...out.matchAll(/ in process (\d+)/g)].map(([, pid]) => Number(pid));
  t.equal(new Set([process.pid, ...pids]).size, 3, 'another process opens it again');
  for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: 'ESRCH' }, 'and has ended');
  t.same(readdirSync(tmp), [], 'its temporary folder is gone');
});
