import fc from 'fast-check';
import t from 'tap';
import { founding } from '#actors/raft/configuration.js';
import { commandOf, makeEntry } from '#actors/raft/entry.js';
import type { RaftMessage } from '#actors/raft/messages.js';
import { Raft } from '#actors/raft/raft.js';

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
const entry = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 }))
  .map(([index, term]) => makeEntry(index, term, commandOf('x', 1)));

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
    entries: fc.oneof(fc.array(entry, { maxLength: 4 }), fc.constant(null)),
    commit: number,
    index: number,
    hintIndex: number,
    hintTerm: number,
    round: number,
    indexTerm: number,
    configuration: fc.constantFrom(founding([1, 2, 3]), founding([2]), null),
    offset: number,
    data: fc.constantFrom(new Uint8Array(3), 'text'),
    totalBytes: number,
    checksum: number,
    proposals: fc.constantFrom([commandOf('x', 1)], [null], 7),
    context: number,
  },
  { requiredKeys: ['type', 'from', 'to', 'term'] },
);

t.test('nothing that a peer sends makes step throw', async () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 30 }), fc.nat(3), (messages, ticks) => {
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
    }),
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
