import t from 'tap';
import { aggregates, openBroker, startBroker } from '#actors/index.js';
import { hasCode, MemoryJournal } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';
import { Account } from '../aggregate/account.js';
import { faultyJournal } from './faulty-journal.js';

const COUNT = 3;
const ANY = { expected: 'any' } as const;

t.test('a crash at any transaction: each order is a command of an aggregate once', async (t) => {
  let crashCount = 0;
  for (let at = 0; at < 12; at++) {
    for (const when of ['before', 'after'] as const) {
      const { journal, arm, hasFailed } = faultyJournal(new MemoryJournal(), when);
      const system = await startSystem(t, { threads: 0 });
      const accounts = await aggregates(system, Account, { journal, threads: [0] });
      const account = accounts.ref('till');
      await account.execute({ type: 'open' }, ANY);
      const address = await startBroker(system, {
        journal,
        streams: {
          orders: { subjects: ['orders'], retention: 'workqueue', place: 'shop' },
          receipts: { subjects: ['receipts'], place: 'shop' },
        },
      });
      const broker = await openBroker(system, address);
      arm(at);
      for (let n = 1; n <= COUNT; ) {
        try {
          await broker.publish('orders', n, { id: `order-${n}` });
          n++;
        } catch (error) {
          if (!hasCode(error, 'ERR_BROKER_CLOSED')) throw error;
        }
      }
      const create = { retry: { minMs: 0, maxMs: 0 }, maxFailures: 10 };
      for await (const delivery of broker.consume<number>('orders', 'g', { create, batch: 1 })) {
        const { payload: n } = delivery;
        // The effect has a name of its own, so a second delivery finds it done.
        const deposit = { type: 'deposit', amount: BigInt(n) } as const;
        const result = await account
          .execute(deposit, { ...ANY, commandId: `order-${n}` })
          .catch(() => undefined);
        const publish = [{ subject: 'receipts', payload: n }];
        if (result?.ok === true) await delivery.complete({ publish }).catch(() => {});
        else await delivery.fail('no answer').catch(() => {});
        const { messages } = await broker.streamInfo('orders').catch(() => ({ messages: -1 }));
        if (messages === 0) break;
      }
      const name = `crash ${when} transaction ${at}`;
      const { state, version } = await account.state();
      t.equal(state.balance, 6n, name);
      t.equal(version, 1 + COUNT, `${name}: no event twice`);
      const receipts = await broker.read('receipts');
      t.same(receipts.map(({ payload }) => payload).sort(), [1, 2, 3], name);
      t.same(await broker.read('orders.dead'), [], name);
      if (hasFailed()) crashCount++;
      await system.stop();
    }
  }
  t.ok(crashCount >= 16, `${crashCount} crashes`);
});
