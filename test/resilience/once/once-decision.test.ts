import t from 'tap';
import type { OnceRecord } from '#runtime/resilience/index.js';
import { ONCE_ACTIONS, onceSituation } from '#runtime/resilience/once/once-decision.js';

t.test('every record means what the table says', async (t) => {
  for (const status of ['running', 'done', 'failed'] as const) {
    for (const fingerprint of ['mine', 'other']) {
      for (const untilMs of [99, 100, 101]) {
        const record: OnceRecord = { status, fingerprint, owner: 'x', untilMs, result: 1 };
        const isOver = untilMs <= 100;
        const finished = status === 'running' ? 'running' : 'finished';
        const situation = isOver ? 'over' : fingerprint === 'other' ? 'other' : finished;
        const title = `${status} ${fingerprint} until ${untilMs}`;
        t.equal(onceSituation(record, 'mine', 100), situation, title);
      }
    }
  }
  t.equal(onceSituation(undefined, 'mine', 100), 'absent');
  t.same(ONCE_ACTIONS, {
    absent: 'run',
    over: 'run',
    other: 'mismatch',
    running: 'wait',
    finished: 'replay',
  });
});
