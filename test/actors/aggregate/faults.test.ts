import t from 'tap';
import { aggregates, loadAggregate, type StoredEvent } from '#actors/aggregate/index.js';
import { openJournal, startJournal } from '#actors/journal/index.js';
import { hasCode } from '#runtime/index.js';
import { nextEvent } from '../../support/events.js';
import { startSystem } from '../../support/system.js';
import { Account, type AccountEvent } from './account.js';

const ANY = { expected: 'any' } as const;
const deposit = { type: 'deposit', amount: 1n } as const;

t.test(
  'commands with an id are executed once each, although their threads are killed',
  async (t) => {
    const system = await startSystem(t, { askTimeoutMs: 20_000 });
    const accounts = await aggregates(system, Account);
    const ids = Array.from({ length: 8 }, (_, index) => `account-${index}`);
    for (const id of ids) await accounts.ref(id).execute({ type: 'open' }, ANY);
    let [failed, isOver] = [0, false];
    const hand = async (id: string, index: number): Promise<number> => {
      let done = 0;
      for (; done < 40 || !isOver; done++) {
        const options = { ...ANY, commandId: `${id}-${index}-${done}` };
        for (let isDone = false; !isDone; ) {
          const result = await accounts
            .ref(id)
            .execute(deposit, options)
            .catch(() => undefined);
          if (result === undefined) failed++;
          isDone = result?.ok === true;
        }
      }
      return done;
    };
    const hands = Promise.all(ids.flatMap((id) => [0, 1].map((index) => hand(id, index))));
    for (const thread of [1, 2, 1]) {
      const replaced = nextEvent(system, 'thread-replaced');
      system.killThread(thread);
      await replaced;
    }
    isOver = true;
    const done = (await hands).reduce((sum, each) => sum + each, 0);
    t.comment(`${done} commands, ${failed} of them failed and were repeated`);
    let total = 0n;
    for (const id of ids) total += (await accounts.ref(id).state()).state.balance;
    t.equal(total, BigInt(done));
  },
);

t.test('two hosts of the same aggregates fence each other: the log is that of one', async (t) => {
  const system = await startSystem(t);
  const journal = await startJournal(system, { kind: 'memory' });
  const hosts = [
    await aggregates(system, Account, { journal }),
    await aggregates(system, Account, { journal }),
  ];
  await hosts[0]!.ref('ada').execute({ type: 'open' }, ANY);
  let [done, fenced] = [0, 0];
  const hand = async (host: number): Promise<void> => {
    for (let i = 0; i < 50; i++) {
      try {
        const result = await hosts[host]!.ref('ada').execute(deposit, ANY);
        if (result.ok) done++;
      } catch (error) {
        if (!hasCode(error, 'ERR_AGGREGATE_FENCED')) throw error;
        fenced++;
      }
    }
  };
  await Promise.all([hand(0), hand(1)]);
  t.ok(fenced > 0, `${fenced} were fenced`);
  const reader = openJournal(system, journal);
  const { state, version } = await loadAggregate(reader, Account, 'ada');
  t.same({ balance: state.balance, version }, { balance: BigInt(done), version: done + 1 });
  const ids = new Set<string>();
  for (const { value } of await reader.readAll(''))
    ids.add((value as StoredEvent<AccountEvent>).id);
  t.equal(ids.size, done + 1, 'each event has an id of its own');
});
