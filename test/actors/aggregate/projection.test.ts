import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { aggregates, eventsAfter, project } from '#actors/aggregate/index.js';
import { type Journal, MemoryJournal, START, type Transaction } from '#runtime/index.js';
import { assertTroupeError, rejection } from '../../support/errors.js';
import { startSystem } from '../../support/system.js';
import { Account } from './account.js';
import { Balances, BalancesTwo, Cautious, Superstitious } from './ledger-projections.js';

const ANY = { expected: 'any' } as const;

/** A system on this thread, its accounts, and a way to put money into them. */
async function start(t: Parameters<typeof startSystem>[0], journal: Journal = new MemoryJournal()) {
  const system = await startSystem(t, { threads: 0 });
  const accounts = await aggregates(system, Account, { journal });
  const deposit = async (id: string, amount: bigint): Promise<void> => {
    const account = accounts.ref(id);
    await account.execute({ type: 'open' }, ANY);
    await account.execute({ type: 'deposit', amount }, ANY);
  };
  return { system, journal, accounts, deposit };
}

t.test('a read model has what was there, and what comes', async (t) => {
  const { system, journal, deposit } = await start(t);
  await deposit('ada', 5n);
  const balances = await project(system, Balances, { journal });
  await balances.caughtUp();
  t.equal(await balances.get('ada'), 5n);
  await deposit('ada', 2n);
  await deposit('grace', 1n);
  await balances.caughtUp();
  t.same(await balances.scan(), [
    { key: 'ada', value: 7n },
    { key: 'grace', value: 1n },
  ]);
  t.match(await balances.status(), { state: 'running', generation: 1, isRebuilding: false });
});

t.test('each event counts once, over stops and requests of unknown fate', async (t) => {
  const inner = new MemoryJournal();
  let transactions = 0;
  const shaky = wrapped(inner, {
    // Every third write of a read model is done, and reported as failed.
    transact: async (transaction: Transaction) => {
      const result = inner.apply(transaction);
      const isProjection = transaction.appends === undefined;
      if (isProjection && ++transactions % 3 === 0) throw new Error('nobody knows');
      return result;
    },
  });
  const { system, journal, deposit } = await start(t, shaky);
  for (let round = 0; round < 3; round++) {
    const balances = await project(system, Balances, { journal });
    for (let i = 1; i <= 4; i++) {
      await deposit('ada', 1n);
      await balances.caughtUp();
    }
    t.equal(await balances.get('ada'), BigInt(4 * (round + 1)));
    await system.stopActor(balances.ref);
  }
  t.ok(transactions > 9);
});

t.test('a rebuild is made beside, and read when it is done', async (t) => {
  const { system, journal, deposit } = await start(t);
  await deposit('ada', 5n);
  const balances = await project(system, Balances, { journal });
  await balances.caughtUp();
  // Whatever has spoilt the read model: the events have not changed.
  await journal.transact({
    puts: [{ table: 'projection.values.Balances.v1.1', key: 'ada', value: 666n }],
  });
  t.equal(await balances.get('ada'), 666n);
  await balances.rebuild();
  t.equal(await balances.get('ada'), 5n);
  await deposit('ada', 1n);
  await balances.caughtUp();
  t.equal(await balances.get('ada'), 6n);
  t.match(await balances.status(), { generation: 2, isRebuilding: false });
  t.same(await journal.scan('projection.values.Balances.v1.1'), [], 'the old one is gone');
});

t.test('what a crash has left of an old generation is gone after the next start', async (t) => {
  const { system, journal, deposit } = await start(t);
  await deposit('ada', 5n);
  const first = await project(system, Balances, { journal });
  await first.rebuild();
  await system.stopActor(first.ref);
  const checkpoint = { position: '', page: 1, setAsideCount: 1 };
  const left = [
    { table: 'projection.values.Balances.v1.1', key: 'ada', value: 1n },
    { table: 'projection.aside.Balances.v1.1', key: '7', value: 'bad' },
    { table: 'projection.checkpoints', key: 'Balances.v1.1', value: checkpoint },
  ];
  const others = [
    { table: 'projection.checkpoints', key: 'Balances.v1.3', value: checkpoint },
    { table: 'projection.checkpoints', key: 'Balances.v1.v1.1', value: checkpoint },
    { table: 'projection.checkpoints', key: 'Balancesheet.v1.1', value: checkpoint },
  ];
  await journal.transact({ puts: [...left, ...others] });
  const again = await project(system, Balances, { journal });
  await again.caughtUp();
  t.equal(await again.get('ada'), 5n);
  for (const { table, key } of left) t.equal(await journal.get(table, key), undefined, table);
  for (const { table, key } of others) t.ok(await journal.get(table, key), key);
});

t.test('a new version of its code builds it anew', async (t) => {
  const { system, journal, deposit } = await start(t);
  await deposit('ada', 5n);
  const old = await project(system, Balances, { journal });
  await old.caughtUp();
  await system.stopActor(old.ref);
  const changed = await project(system, BalancesTwo, { journal });
  await changed.caughtUp();
  t.equal(await changed.get('ada'), 'od');
});

t.test(
  'an event that fails stops it, with what came before applied, until it is resumed',
  async (t) => {
    const { system, journal, deposit } = await start(t);
    for (const amount of [1n, 2n, 13n, 4n]) await deposit('ada', amount);
    const sums = await project(system, Superstitious, { journal });
    const error = await rejection(sums.caughtUp());
    assertTroupeError(
      t,
      error,
      'ERR_AGGREGATE_PROJECTION',
      /before event 4 of 'Account\/ada'.*unlucky/,
    );
    t.equal(await sums.get('sum'), 3n);
    t.match(await sums.status(), { state: 'stopped' });
    sums.resume();
    await rejection(sums.caughtUp());
    t.equal(await sums.get('sum'), 3n, 'still there');
  },
);

t.test('or is set aside with the reason, and the others go on', async (t) => {
  const { system, journal, deposit } = await start(t);
  for (const amount of [1n, 13n, 4n]) await deposit('ada', amount);
  const sums = await project(system, Cautious, { journal });
  await sums.caughtUp();
  t.equal(await sums.get('sum'), 5n);
  t.match(await sums.status(), { state: 'running', setAsideCount: 1 });
  t.match(await sums.setAside(), [{ stream: 'Account/ada', version: 3, error: /unlucky/ }]);
});

t.test('a projection that runs twice is run by one of the two only', async (t) => {
  const { system, journal, deposit } = await start(t);
  const [one, two] = [
    await project(system, Balances, { journal }),
    // Not in step with the other: its reads take a few turns longer.
    await project(system, Balances, {
      journal: wrapped(journal, {
        get: async (table: string, key: string) => {
          for (let turn = 0; turn < 3; turn++) await setImmediate();
          return journal.get(table, key);
        },
      }),
    }),
  ];
  for (let i = 0; i < 20; i++) await deposit('ada', 1n);
  await Promise.allSettled([one.caughtUp(), two.caughtUp()]);
  for (let i = 0; i < 5; i++) await deposit('ada', 1n);
  const ends = await Promise.allSettled([one.caughtUp(), two.caughtUp()]);
  t.ok(ends.some(({ status }) => status === 'fulfilled'));
  t.equal(await one.get('ada'), 25n);
});

t.test(
  'a subscription misses nothing and sees nothing twice between old and new events',
  async (t) => {
    const { journal, deposit } = await start(t);
    for (let i = 0; i < 10; i++) await deposit('a', 1n);
    const seen: number[] = [];
    const abort = new AbortController();
    const reading = (async () => {
      for await (const { version } of eventsAfter(journal, Account, START, {
        signal: abort.signal,
        pageCount: 3,
      })) {
        seen.push(version);
        if (version === 4) void deposit('a', 1n);
        if (version === 31) abort.abort();
      }
    })();
    for (let i = 0; i < 19; i++) await deposit('a', 1n);
    await reading;
    t.same(
      seen,
      Array.from({ length: 31 }, (_, index) => index + 1),
    );
  },
);

t.test('an event that is committed while the end is being read is not missed', async (t) => {
  const inner = new MemoryJournal();
  let isLate = false;
  let late = async (): Promise<void> => {};
  const journal = wrapped(inner, {
    readAll: async (after: string, limit?: number) => {
      const page = await inner.readAll(after, limit);
      if (page.length === 0 && !isLate) {
        isLate = true;
        await late();
      }
      return page;
    },
  });
  const { deposit } = await start(t, inner);
  late = () => deposit('a', 1n);
  for await (const { event } of eventsAfter(journal, Account, START)) {
    if (event.type === 'deposited') break;
  }
  t.ok(isLate, 'it was there, and was read');
});

/** A journal of which some functions are others. */
function wrapped(inner: Journal, others: Partial<Journal>): Journal {
  const { durability } = inner;
  const names = [
    'transact',
    'read',
    'readAll',
    'head',
    'get',
    'scan',
    'onCommit',
    'flush',
    'close',
  ];
  const own = names.map((name) => [name, (inner[name as keyof Journal] as () => void).bind(inner)]);
  return { durability, ...Object.fromEntries(own), ...others } as Journal;
}
