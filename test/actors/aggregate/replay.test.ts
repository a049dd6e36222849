import fc from 'fast-check';
import t from 'tap';
import { deciderOf } from '#actors/aggregate/define-aggregate.js';
import { defineAggregate, loadAggregate } from '#actors/aggregate/index.js';
import { SNAPSHOT_TABLE, snapshotPut } from '#actors/aggregate/snapshot.js';
import { type Journal, MemoryJournal } from '#runtime/index.js';
import { assertTroupeError, rejection, thrown } from '../../support/errors.js';
import { Account, type AccountEvent } from './account.js';
import { CoreRig, STREAM } from './core-rig.js';

const stored = (event: { type: string }, schemaVersion = 1): object => ({
  id: 'e',
  schemaVersion,
  recordedAt: 0,
  correlationId: '',
  causationId: '',
  event,
});

/** A journal in which these events are the stream. */
function journalOf(stream: string, values: readonly object[]): MemoryJournal {
  const journal = new MemoryJournal();
  journal.apply({ appends: [{ stream, expected: 'any', values }] });
  return journal;
}

const deposits = (count: number): AccountEvent[] => [
  { type: 'opened' },
  ...Array.from({ length: count - 1 }, () => ({ type: 'deposited', amount: 1n }) as const),
];

t.test('a snapshot and the events after it give what all events give', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 45 }), async (count) => {
      const rig = new CoreRig();
      const core = rig.wake({ batchCount: 7 });
      rig.execute(core, { type: 'open' });
      for (let i = 1; i < count; i++) rig.execute(core, { type: 'deposit', amount: BigInt(i) });
      rig.settle();
      const snapshot = rig.journal.get(SNAPSHOT_TABLE, STREAM) as { version: number } | undefined;
      t.ok(
        count < 10 ? snapshot === undefined : snapshot!.version > count - 10,
        'as often as said',
      );
      const read: number[] = [];
      const journal = {
        durability: 'memory',
        head: async () => rig.journal.head(STREAM),
        get: async () => snapshot,
        read: async (_: string, range: { from: number }) => {
          const records = rig.journal.read(STREAM, range);
          read.push(records.length);
          return records;
        },
      } as unknown as Journal;
      const total = BigInt((count * (count - 1)) / 2);
      const expected = { version: count, state: { isOpen: true, balance: total } };
      t.same(await loadAggregate(journal, Account, 'a'), expected);
      const tail = count - (snapshot?.version ?? 0);
      t.equal(
        read.reduce((sum, length) => sum + length, 0),
        tail,
        'no event before it is read',
      );
    }),
    { numRuns: 30 },
  );
});

t.test('a snapshot that cannot be trusted is not used, and not missed', async (t) => {
  const journal = journalOf(
    STREAM,
    deposits(12).map((event) => stored(event)),
  );
  const rig = new CoreRig();
  const core = rig.wake();
  rig.execute(core, { type: 'open' });
  for (let i = 0; i < 11; i++) rig.execute(core, { type: 'deposit', amount: 1000n });
  rig.settle();
  const good = rig.journal.get(SNAPSHOT_TABLE, STREAM) as Record<string, unknown>;
  const state = { isOpen: true, balance: 666n };
  const decider = deciderOf(Account as never);
  const changed = { ...decider, snapshotSchema: 2 };
  const cases: Record<string, unknown> = {
    'newer than the log, but intact': snapshotPut(decider, STREAM, 99, state).value,
    'of another schema, but intact': snapshotPut(changed, STREAM, 10, state).value,
    'of another stream, but intact': snapshotPut(decider, 'Account/b', 10, state).value,
    'state changed': { ...good, state },
    'checksum changed': { ...good, checksum: 'x' },
    'of another schema': { ...good, schemaVersion: 2 },
    'version changed': { ...good, version: 4 },
    'newer than the log': { ...good, version: 99 },
    'no version': { ...good, version: undefined },
    'something else': 'garbage',
    'with a function': { ...good, state: { f: () => 1 } },
  };
  for (const [what, value] of Object.entries(cases)) {
    journal.apply({ puts: [{ table: SNAPSHOT_TABLE, key: STREAM, value }] });
    const { version, state } = await loadAggregate(journal, Account, 'a');
    t.same({ version, balance: state.balance }, { version: 12, balance: 11n }, what);
  }
  journal.apply({ puts: [{ table: SNAPSHOT_TABLE, key: STREAM, value: good }] });
  const trusted = await loadAggregate(journal, Account, 'a');
  t.ok(trusted.state.balance > 1000n, 'the good one would have been used');
});

type Old = { readonly type: 'renamed'; readonly first: string; readonly last: string };

/** Version 1 had `name`, version 2 `full`, version 3 has `first` and `last`. */
const Person = defineAggregate<never, Old>()({
  module: import.meta.url,
  name: 'Person',
  initial: { names: [] as string[] },
  decide: () => [],
  evolve: ({ names }, { first, last }) => ({ names: [...names, `${last}, ${first}`] }),
  events: { renamed: 3 },
  upcasters: {
    renamed: [
      ({ type, name }) => ({ type, full: name }),
      ({ type, full }) => {
        const [first, last] = String(full).split(' ');
        if (last === undefined) throw new RangeError('no last name');
        return { type, first, last };
      },
    ],
    baptized: [({ name }) => ({ type: 'renamed', first: name, last: 'X' })],
  },
});

t.test('old events go through their upcasters, retired types too', async (t) => {
  const journal = journalOf('Person/p', [
    stored({ type: 'renamed', name: 'Ada Lovelace' } as never, 1),
    stored({ type: 'renamed', full: 'Grace Hopper' } as never, 2),
    stored({ type: 'renamed', first: 'Edsger', last: 'Dijkstra' } as never, 3),
    stored({ type: 'baptized', name: 'Alan' } as never, 1),
  ]);
  const { state } = await loadAggregate(journal, Person, 'p');
  t.same(state.names, ['Lovelace, Ada', 'Hopper, Grace', 'Dijkstra, Edsger', 'X, Alan']);
});

t.test('what cannot be replayed is an error that names stream, version and type', async (t) => {
  const cases: [object, RegExp][] = [
    [stored({ type: 'vanished' }), /event 2 of 'Account\/a' \('vanished'\) is of an unknown type/],
    [stored({ type: 'opened' }, 2), /event 2 of 'Account\/a' \('opened'\).*newer than 1/],
    [{ nothing: true }, /event 2 of 'Account\/a' is no event/],
    [
      stored({ type: 'deposited' }),
      /event 2 of 'Account\/a' \('deposited'\) was refused by evolve/,
    ],
  ];
  for (const [value, message] of cases) {
    const journal = journalOf(STREAM, [stored({ type: 'opened' }), value]);
    const error = await rejection(loadAggregate(journal, Account, 'a'));
    assertTroupeError(t, error, 'ERR_AGGREGATE_REPLAY', message);
  }
  const journal = journalOf('Person/p', [stored({ type: 'renamed', name: 'Plato' } as never)]);
  const error = await rejection(loadAggregate(journal, Person, 'p'));
  assertTroupeError(t, error, 'ERR_AGGREGATE_REPLAY', /'renamed'\) was refused by upcaster 2/);
});

t.test('unknown types are skipped where that is the policy', async (t) => {
  const Tolerant = defineAggregate<never, { type: 'known' }>()({
    module: import.meta.url,
    name: 'Tolerant',
    initial: 0,
    decide: () => [],
    evolve: (count) => count + 1,
    events: { known: 1 },
    unknownEvents: 'skip',
  });
  const journal = journalOf('Tolerant/t', [
    stored({ type: 'known' }),
    stored({ type: 'other' }),
    stored({ type: 'known' }),
  ]);
  t.same(await loadAggregate(journal, Tolerant, 't'), { state: 2, version: 3 });
});

t.test('a log whose beginning is gone needs a snapshot that covers it', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake({ batchCount: 1 });
  rig.execute(core, { type: 'open' });
  for (let i = 0; i < 14; i++) rig.execute(core, { type: 'deposit', amount: 1n });
  rig.settle();
  rig.journal.apply({ truncates: [{ stream: STREAM, before: 11 }] });
  const asked = rig.query(rig.wake());
  rig.settle();
  t.match(rig.answers.get(asked), { result: { version: 15, state: { balance: 14n } } });
  rig.journal.apply({ puts: [{ table: SNAPSHOT_TABLE, key: STREAM, value: undefined }] });
  const lost = rig.query(rig.wake());
  rig.settle();
  const answer = rig.answers.get(lost) as { error: unknown };
  assertTroupeError(t, answer.error, 'ERR_AGGREGATE_REPLAY', /event 1 .* before 11 are gone/);
});

t.test('a definition says what is wrong with it', async (t) => {
  const good = {
    module: import.meta.url,
    name: 'Good',
    initial: 0,
    decide: () => [] as { type: 'e' }[],
    evolve: (state: number) => state,
    events: { e: 1 },
  };
  const define = defineAggregate<never, { type: 'e' }>();
  t.equal(deciderOf(define(good) as never).kind, 'Good');
  const cases: [object, RegExp][] = [
    [{ name: 'a/b' }, /name of an aggregate/],
    [{ decide: 1 }, /decide of an aggregate/],
    [{ evolve: undefined }, /evolve of an aggregate/],
    [{ events: {} }, /events of an aggregate/],
    [{ events: { e: 0 } }, /events\.e .* schema version/],
    [{ events: { e: 3 } }, /upcasters\.e .* 2 upcasters/],
    [{ upcasters: { e: [() => ({})] } }, /upcasters\.e .* 0 upcasters/],
    [{ unknownEvents: 'drop' }, /unknownEvents/],
    [{ snapshot: { every: 0, schemaVersion: 1 } }, /snapshot\.every/],
    [{ snapshot: { every: 1, schemaVersion: 1.5 } }, /snapshot\.schemaVersion/],
  ];
  for (const [change, message] of cases) {
    const error = thrown(() => define({ ...good, ...change } as never));
    assertTroupeError(t, error, 'ERR_DEFINITION', message);
  }
});
