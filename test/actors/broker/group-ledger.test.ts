import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { GroupLedger } from '#actors/broker/group-ledger.js';
import { WriteSet } from '#actors/broker/write-set.js';
import { openBroker, startBroker } from '#actors/index.js';
import { MemoryJournal, type Transaction } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';

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

for (const retention of ['limits', 'interest', 'workqueue'] as const) {
  t.test(
    `an acknowledgement is answered when it is written, not before: ${retention}`,
    async (t) => {
      const inner = new MemoryJournal();
      let release: (() => void) | undefined;
      let held: Promise<void> | undefined;
      const journal = new Proxy(inner, {
        get: (target, key) => {
          const value: unknown = Reflect.get(target, key, target);
          if (typeof value !== 'function') return value;
          if (key !== 'transact') return value.bind(target);
          return async (transaction: Transaction) => {
            await held;
            return target.transact(transaction);
          };
        },
      });
      const system = await startSystem(t, { threads: 0 });
      const streams = { s: { subjects: ['s'], retention } };
      const broker = await openBroker(system, await startBroker(system, { journal, streams }));
      await broker.openGroup('s', 'g');
      for (const n of [1, 2]) await broker.publish('s', n);
      const [, second] = await broker.fetch('s', 'g', { batch: 2 });
      held = new Promise((resolve) => {
        release = resolve;
      });
      let isAcked = false;
      const acked = second!.ack().then(() => {
        isAcked = true;
      });
      for (let turn = 0; turn < 50; turn++) await setImmediate();
      t.notOk(isAcked, 'nothing is written yet');
      release!();
      await acked;
      await system.stop();

      const next = await startSystem(t, { threads: 0 });
      const again = await openBroker(next, await startBroker(next, { journal: inner }));
      const left = await again.fetch('s', 'g');
      t.same(
        left.map(({ seq }) => seq),
        [1],
      );
    },
  );
}
