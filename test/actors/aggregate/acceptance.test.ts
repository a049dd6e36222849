import t from 'tap';
import {
  aggregates,
  loadAggregate,
  project,
  type StoredEvent,
  transactAggregates,
} from '#actors/aggregate/index.js';
import { openJournal, startJournal } from '#actors/journal/index.js';
import { type Journal, MemoryJournal, type Transaction } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';
import { Account, type AccountEvent } from './account.js';
import { Balances } from './ledger-projections.js';

const ANY = { expected: 'any' } as const;
const deposit = (amount: bigint) => ({ type: 'deposit', amount }) as const;

t.test(
  '200 withdrawals at once, each said twice: exact balance, dense versions, each id once',
  async (t) => {
    const system = await startSystem(t, { askTimeoutMs: 60_000 });
    const journal = await startJournal(system, { kind: 'lmdb', path: t.testdir({}) });
    const account = (await aggregates(system, Account, { journal })).ref('shared');
    await account.execute({ type: 'open' }, ANY);
    await account.execute(deposit(100n), ANY);
    const ids = Array.from({ length: 200 }, (_, index) => `w${index}`);
    const results = await Promise.all(
      [...ids, ...ids].map((commandId) =>
        account.execute({ type: 'withdraw', amount: 1n }, { ...ANY, commandId }),
      ),
    );
    const versions = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const pair = [results[i]!, results[i + 200]!] as const;
      const repeats = pair.map((each) => 'isRepeat' in each && each.isRepeat);
      t.same(repeats.toSorted(), [false, true], `w${i} was executed once`);
      t.equal(pair[0].ok, pair[1].ok);
      if (pair[0].ok) versions.add(pair[0].version);
    }
    t.same(
      [...versions].toSorted((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i + 3),
    );
    const log = await openJournal(system, journal).read('Account/shared');
    t.same(
      log.map(({ version }) => version),
      Array.from({ length: 102 }, (_, i) => i + 1),
    );
    const causes = log
      .slice(2)
      .map(({ value }) => (value as StoredEvent<AccountEvent>).causationId);
    t.equal(new Set(causes).size, 100);
    t.match(await account.state(), { version: 102, state: { balance: 0n } });
  },
);

t.test(
  'while a read model is built anew the present one goes on, then they are swapped',
  async (t) => {
    const inner = new MemoryJournal();
    let open!: () => void;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let isHeld = false;
    // The new generation gets no further than its first write until it is let on.
    const journal = wrapped(inner, async (call, args) => {
      const puts = (args[0] as Transaction).puts ?? [];
      if (puts.some(({ table }) => table === 'projection.values.Balances.v1.2')) {
        isHeld = true;
        await gate;
      }
      return call();
    });
    const system = await startSystem(t, { threads: 0 });
    const accounts = await aggregates(system, Account, { journal });
    const account = accounts.ref('ada');
    await account.execute({ type: 'open' }, ANY);
    await account.execute(deposit(5n), ANY);
    const balances = await project(system, Balances, { journal });
    await balances.caughtUp();
    const rebuilt = balances.rebuild();
    for (let i = 1n; i <= 3n; i++) {
      await account.execute(deposit(1n), ANY);
      await balances.caughtUp();
      t.equal(await balances.get('ada'), 5n + i, 'the present one follows');
    }
    t.match(await balances.status(), { generation: 1, isRebuilding: true });
    t.ok(isHeld);
    open();
    await rebuilt;
    t.equal(await balances.get('ada'), 8n, 'the new one has what came meanwhile');
    t.match(await balances.status(), { generation: 2, isRebuilding: false });
  },
);

t.test(
  'whichever call of a transaction fails, it was all done or nothing, and once in the end',
  async (t) => {
    for (const isDone of [false, true]) {
      for (let failing = 0, hasFailed = true; hasFailed; failing++) {
        const inner = new MemoryJournal();
        let calls = 0;
        hasFailed = false;
        const shaky = wrapped(inner, async (call) => {
          const isNow = calls++ === failing;
          if (isNow && isDone) await call();
          if (isNow) {
            hasFailed = true;
            throw new Error('lost');
          }
          return call();
        });
        for (const id of ['a', 'b']) {
          const value = { id, schemaVersion: 1, recordedAt: 0, event: { type: 'opened' } };
          // Nine events: the transaction takes a snapshot, too.
          const more = { ...value, event: { type: 'deposited', amount: 1n } };
          const values = [value, ...Array.from({ length: 8 }, () => more)];
          inner.apply({ appends: [{ stream: `Account/${id}`, expected: 'any', values }] });
        }
        const pay = () => transactAggregates(shaky, steps, { commandId: 'rent' });
        const first = await pay().catch(() => undefined);
        // From now on none fails.
        calls = failing + 1;
        const states = await Promise.all(['a', 'b'].map((id) => loadAggregate(inner, Account, id)));
        const what = `call ${failing}, ${isDone ? 'done' : 'not done'}`;
        t.equal(states[0]!.version, states[1]!.version, `${what}: both or neither`);
        const record = await inner.scan('aggregate.commands');
        const snapshots = await inner.scan('aggregate.snapshots');
        const isThere = states[0]!.version === 10;
        t.same([record.length, snapshots.length], isThere ? [1, 2] : [0, 0], what);
        t.match(await pay(), { ok: true, versions: [10, 10], isRepeat: isThere }, what);
        t.equal((await inner.head('Account/a')).version, 10, `${what}: once`);
        if (!hasFailed) t.match(first, { ok: true, isRepeat: false });
      }
    }
  },
);

const steps = ['a', 'b'].map((id) => ({
  definition: Account as never,
  id,
  command: deposit(1n),
  expected: 'any' as const,
  notify: () => {},
}));

/** A journal whose calls go through `around`. */
function wrapped(
  inner: MemoryJournal,
  around: (call: () => Promise<never>, args: readonly unknown[]) => Promise<never>,
): Journal {
  const names = ['transact', 'read', 'readAll', 'head', 'get', 'scan'] as const;
  const calls = names.map((name) => [
    name,
    (...args: unknown[]) =>
      around(
        () => (inner[name] as (...each: unknown[]) => Promise<never>).apply(inner, args),
        args,
      ),
  ]);
  return {
    durability: 'memory',
    onCommit: (listener) => inner.onCommit(listener),
    flush: () => inner.flush(),
    close: () => inner.close(),
    ...Object.fromEntries(calls),
  };
}
