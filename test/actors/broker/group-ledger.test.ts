import t from 'tap';
import { GroupLedger } from '#actors/broker/group-ledger.js';
import { WriteSet } from '#actors/broker/write-set.js';

/** What the ledger wants written, by sequence; undefined for a deleted mark. */
function written(writes: WriteSet): Record<number, unknown> {
  const { puts = [] } = writes.take([]);
  return Object.fromEntries(puts.map(({ key, value }) => [Number(key), value]));
}

t.test('what is finished is written once, and forgotten below the floor', async (t) => {
  const writes = new WriteSet();
  const ledger = new GroupLedger('s', 'g', writes);
  const isOpen = (): boolean => true;
  for (const seq of [3, 5]) ledger.finish(seq);
  t.equal(ledger.advance(isOpen), false);
  t.same(written(writes), { 3: { done: true }, 5: { done: true } });
  ledger.finish(4);
  ledger.advance(isOpen);
  t.same(written(writes), { 4: { done: true } }, 'not the others again');
  for (const seq of [1, 2]) ledger.finish(seq);
  t.equal(ledger.advance(isOpen), true);
  t.equal(ledger.floor, 5);
  t.same(written(writes), { 3: undefined, 4: undefined, 5: undefined });
  t.equal(ledger.size, 0);
});

t.test('a message that failed and is finished then is written as finished', async (t) => {
  const writes = new WriteSet();
  const ledger = new GroupLedger('s', 'g', writes);
  ledger.mark(2, { deliveries: 1, failures: 1, dueAtMs: 0, waitMs: 0 });
  ledger.finish(2);
  ledger.advance(() => true);
  t.same(written(writes), { 2: { done: true } });
});
