import t from 'tap';
import { openBroker, startBroker } from '#actors/index.js';
import { hasCode, MemoryJournal } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';
import { faultyJournal } from './faulty-journal.js';

const COUNT = 3;

t.test('a crash at any transaction: each message has its effects once, whole', async (t) => {
  let crashCount = 0;
  for (let at = 0; at < 12; at++) {
    for (const when of ['before', 'after'] as const) {
      const store = new MemoryJournal();
      const system = await startSystem(t, { threads: 0 });
      const { journal, arm, hasFailed } = faultyJournal(store, when);
      const place = { place: 'shop' };
      const address = await startBroker(system, {
        journal,
        streams: {
          orders: { subjects: ['orders'], retention: 'workqueue', ...place },
          mails: { subjects: ['mails'], ...place },
        },
      });
      const broker = await openBroker(system, address);
      arm(at);
      const publish = async (n: number): Promise<void> => {
        for (;;) {
          try {
            await broker.publish('orders', n, { id: `order-${n}` });
            return;
          } catch (error) {
            if (!hasCode(error, 'ERR_BROKER_CLOSED')) throw error;
          }
        }
      };
      for (let n = 0; n < COUNT; n++) await publish(n);
      let handled = 0;
      const create = { retry: { minMs: 0, maxMs: 0 } };
      const consumer = broker.consume<number>('orders', 'g', { create, batch: 1 });
      for await (const delivery of consumer) {
        const { payload: n } = delivery;
        const answer = await delivery
          .complete({
            appends: [{ stream: `order-${n}`, expected: 'noStream', values: [{ paid: n }] }],
            puts: [{ table: 'done', key: `${n}`, value: true, expected: 'absent' }],
            publish: [{ subject: 'mails', payload: n }],
          })
          .catch(() => undefined);
        if (answer?.ok === true) handled++;
        const { messages } = await broker.streamInfo('orders').catch(() => ({ messages: -1 }));
        if (messages === 0) break;
      }
      t.ok(handled >= COUNT - 1, `crash ${when} transaction ${at}`);
      const mails = await broker.read('mails');
      t.same(mails.map(({ payload }) => payload).sort(), [0, 1, 2]);
      for (let n = 0; n < COUNT; n++) {
        t.equal((await store.head(`order-${n}`)).version, 1);
        t.equal(await store.get('done', `${n}`), true);
      }
      if (hasFailed()) crashCount++;
      await system.stop();
    }
  }
  t.ok(crashCount >= 16, `${crashCount} crashes`);
});

t.test('a conflict writes nothing, and the message is as before', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const journal = new MemoryJournal();
  const address = await startBroker(system, {
    journal,
    streams: {
      orders: { subjects: ['orders'], retention: 'workqueue', place: 'p' },
      mails: { subjects: ['mails'], place: 'p', maxMessages: 1, discard: 'new' },
    },
  });
  const broker = await openBroker(system, address);
  await journal.transact({ puts: [{ table: 'done', key: '1', value: true }] });
  await broker.publish('orders', 1);
  const [held] = await broker.fetch('orders', 'g', { create: {} });
  const publish = [{ subject: 'mails', payload: 1 }];
  const absent = { table: 'done', key: '1', value: 1, expected: 'absent' } as const;
  t.match(await held!.complete({ puts: [absent], publish }), {
    ok: false,
    why: 'conflict',
    conflict: { kind: 'value', key: '1' },
  });
  t.same(await broker.read('mails'), []);
  t.match(await broker.groupInfo('orders', 'g'), { inFlight: 1 });
  t.match(await held!.complete({ publish: [...publish, ...publish] }), {
    ok: false,
    why: 'refused',
  });
  t.same(await broker.read('mails'), []);
  await t.rejects(held!.complete({ publish: [{ subject: 'nowhere', payload: 1 }] }), {
    code: 'ERR_BROKER_STREAM',
  });
  t.match(await held!.complete({ publish }), { ok: true });
  t.match(await held!.complete({ publish }), { ok: false, why: 'stale' });
  t.match(await broker.read('mails'), [{ payload: 1 }]);
});

t.test('a transaction that cannot be written concerns its consumer only', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const journal = new MemoryJournal();
  const streams = { orders: { subjects: ['orders'], retention: 'workqueue' } } as const;
  const broker = await openBroker(system, await startBroker(system, { journal, streams }));
  await broker.publish('orders', 1);
  const [held] = await broker.fetch('orders', 'g', { create: {} });
  const twice = { table: 't', key: 'k', value: 1 };
  await t.rejects(held!.complete({ puts: [twice, twice] }), { code: 'ERR_JOURNAL_TRANSACTION' });
  t.match(await broker.groupInfo('orders', 'g'), { inFlight: 1 });
  t.match(await held!.complete({ puts: [twice] }), { ok: true, versions: [] });
  const { epoch } = await journal.head('broker/shard/0');
  t.equal(epoch, 1, 'the shard has not begun anew');
});
