import fc from 'fast-check';
import t from 'tap';
import { founding } from '#actors/raft/configuration.js';
import { commandOf, makeEntry, type Proposal } from '#actors/raft/entry.js';
import type { RaftMessage } from '#actors/raft/messages.js';
import { Raft } from '#actors/raft/raft.js';
import { checksumOf } from '#actors/raft/snapshot.js';

const TYPES = [
  'vote',
  'vote-answer',
  'append',
  'append-answer',
  'heartbeat',
  'heartbeat-answer',
  'snapshot',
  'snapshot-answer',
  'timeout-now',
  'forward',
  'read',
  'read-answer',
  'nonsense',
];

const number = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.constantFrom(-1, 1.5, 2 ** 53, Number.NaN),
);
const ids = fc.oneof(
  fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 3 }),
  fc.constantFrom(null, [null], 7),
);
/** What may stand where a configuration is wanted. */
const configuration = fc.oneof(
  fc.constantFrom(founding([1, 2, 3]), founding([2]), null, undefined, 7, {}),
  fc.record({
    voters: ids,
    outgoing: fc.oneof(fc.constant([]), ids),
    learners: fc.oneof(fc.constant([]), ids),
    learnersNext: fc.oneof(fc.constant([]), ids),
    epochs: fc.constantFrom([], [7], [null], [[]], null, [[1, 0]], [[1, 'x']]),
  }),
);
const proposal = fc.record({
  kind: fc.constantFrom<unknown>(0, 1, 2, 3, 4, -1, 'x'),
  session: fc.constant(0),
  sequence: fc.constant(0),
  lowest: fc.constant(0),
  payload: configuration,
  bytes: fc.constantFrom<unknown>(0, 1, -1, Number.NaN, 'x'),
});
/** Mostly such as can follow one another, so that some get into a log. */
const entries = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 }), fc.array(proposal))
  .map(([prevIndex, term, proposals]) =>
    proposals.slice(0, 4).map((each, i) => makeEntry(prevIndex + 1 + i, term, each as Proposal)),
  );

/** Fields of all messages, more or less sensible. */
const message = fc.record(
  {
    type: fc.constantFrom(...TYPES),
    from: fc.constantFrom(1, 2, 3, 9),
    to: fc.constantFrom(1, 1, 1, 2),
    term: fc.integer({ min: 0, max: 4 }),
    epoch: fc.constantFrom(0, 0, 3),
    lastIndex: number,
    lastTerm: number,
    isPre: fc.boolean(),
    isTransfer: fc.boolean(),
    isGranted: fc.boolean(),
    isRejected: fc.boolean(),
    isLost: fc.boolean(),
    prevIndex: number,
    prevTerm: number,
    entries: fc.oneof(entries, fc.constantFrom(null, [null], [{}])),
    commit: number,
    index: number,
    hintIndex: number,
    hintTerm: number,
    round: number,
    indexTerm: number,
    configuration,
    offset: number,
    data: fc.constantFrom(new Uint8Array(3), 'text'),
    totalBytes: number,
    checksum: number,
    proposals: fc.oneof(
      fc.constantFrom([commandOf('x', 1)], [null], 7),
      fc.array(proposal, { maxLength: 3 }),
    ),
    context: number,
  },
  { requiredKeys: ['type', 'from', 'to', 'term'] },
);

const DATA = new Uint8Array(3);
const place = fc.record({ index: fc.nat(3), term: fc.integer({ min: 1, max: 4 }) });
/** Fits where the log may end, whatever it carries. */
const fitting = fc
  .tuple(place, fc.array(proposal, { minLength: 1, maxLength: 3 }), configuration)
  .chain(([{ index, term }, proposals, members]) => {
    const head = { from: 2, to: 1, term, epoch: 0 };
    const append = {
      ...head,
      type: 'append',
      prevIndex: index,
      prevTerm: index === 0 ? 0 : term,
      entries: proposals.map((each, i) => makeEntry(index + 1 + i, term, each as Proposal)),
      commit: index + proposals.length,
    };
    const snapshot = {
      ...head,
      type: 'snapshot',
      index: index + 1,
      indexTerm: term,
      configuration: members,
      offset: 0,
      data: DATA,
      totalBytes: DATA.length,
      checksum: checksumOf(DATA),
    };
    return fc.constantFrom<object>(append, append, snapshot);
  });

t.test('nothing that a peer sends makes step throw', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(message, fitting), { maxLength: 30 }),
      fc.nat(3),
      (messages, ticks) => {
        const raft = new Raft({
          id: 1,
          chance: { next: () => 0.5 },
          electionTicks: 3,
          initial: { configuration: founding([1, 2, 3]) },
        });
        for (const each of messages) {
          raft.step(each as unknown as RaftMessage);
          for (let i = 0; i < ticks; i++) raft.tick();
          const { sequence, mustSync, committed } = raft.ready();
          raft.advance();
          if (mustSync) raft.step({ type: 'stored', sequence });
          const last = committed.at(-1);
          if (last !== undefined) raft.step({ type: 'applied', index: last.index });
        }
        return raft.applied <= raft.commit && raft.commit <= raft.lastIndex;
      },
    ),
    { numRuns: 2000 },
  );
});

t.test('what is no message at all is set aside and reported', async (t) => {
  const raft = new Raft({
    id: 1,
    chance: { next: () => 0 },
    initial: { configuration: founding([1]) },
  });
  for (const each of [{ type: 'append' }, { type: 'toString', from: 2, to: 1, term: 1 }]) {
    raft.step(each as unknown as RaftMessage);
    t.match(raft.ready().reports, [{ type: 'malformed' }]);
  }
});

t.test('options that make no sense are refused', async (t) => {
  const chance = { next: () => 0 };
  t.throws(() => new Raft({ id: 0, chance }), RangeError);
  t.throws(() => new Raft({ id: 1, chance, electionTicks: 1 }), RangeError);
  t.throws(() => new Raft({ id: 1, chance, leaseDrift: 1 }), RangeError);
});
