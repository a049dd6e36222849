import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { openBroker, startBroker } from '#actors/index.js';
import {
  type Journal,
  MemoryJournal,
  type Transaction,
  type TransactionResult,
} from '#runtime/index.js';
import { startSystem } from '../../support/system.js';

/** A journal that can be held up: `hold` gives what lets it go on. */
function held() {
  const inner = new MemoryJournal();
  let gate = Promise.resolve();
  const transact = async (transaction: Transaction): Promise<TransactionResult> => {
    await gate;
    return inner.transact(transaction);
  };
  const journal: Journal = new Proxy(inner, {
    get: (target, key) => {
      if (key === 'transact') return transact;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const hold = (): (() => void) => {
    let release!: () => void;
    gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  };
  return { journal, inner, hold };
}

for (const retention of ['limits', 'interest', 'workqueue'] as const) {
  t.test(
    `an acknowledgement is answered when it is written, not before: ${retention}`,
    async (t) => {
      const { journal, inner, hold } = held();
      const system = await startSystem(t, { threads: 0 });
      const streams = { s: { subjects: ['s'], retention } };
      const broker = await openBroker(system, await startBroker(system, { journal, streams }));
      await broker.openGroup('s', 'g');
      for (const n of [1, 2]) await broker.publish('s', n);
      const [, second] = await broker.fetch('s', 'g', { batch: 2 });
      const release = hold();
      let isAcked = false;
      const acked = second!.ack().then(() => {
        isAcked = true;
      });
      for (let turn = 0; turn < 50; turn++) await setImmediate();
      t.notOk(isAcked, 'nothing is written yet');
      release();
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

t.test(
  'what was collected before an acknowledgement with effects is written before it',
  async (t) => {
    const { journal, inner, hold } = held();
    const system = await startSystem(t, { threads: 0 });
    const streams = {
      orders: { subjects: ['orders'], retention: 'workqueue', place: 'p' },
      mails: { subjects: ['mails'], retention: 'workqueue', place: 'p' },
    } as const;
    const broker = await openBroker(system, await startBroker(system, { journal, streams }));
    await broker.publish('orders', 1);
    const [order] = await broker.fetch('orders', 'g', { create: {} });
    const release = hold();
    const first = broker.publish('mails', 1);
    await broker.streamInfo('mails');
    const second = broker.publish('mails', 2);
    await broker.streamInfo('mails');
    const third = order!.complete({ publish: [{ subject: 'mails', payload: 3 }] });
    await broker.streamInfo('mails');
    release();
    t.match(await Promise.all([first, second, third]), [{ seq: 1 }, { seq: 2 }, { seqs: [3] }]);
    const mails = await broker.fetch<number>('mails', 'g', { create: {} });
    t.same(
      mails.map(({ payload }) => payload),
      [1, 2, 3],
    );
    await Promise.all(mails.map((mail) => mail.ack()));
    await system.stop();
    const next = await startSystem(t, { threads: 0 });
    const again = await openBroker(next, await startBroker(next, { journal: inner }));
    t.match(await again.publish('mails', 4), { seq: 4 }, 'no sequence is given out twice');
  },
);
