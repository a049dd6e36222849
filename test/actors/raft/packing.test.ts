import fc from 'fast-check';
import t from 'tap';
import { AskedRequests } from '#actors/raft/asked-requests.js';
import { makeEntry } from '#actors/raft/entry.js';
import { packEntries, unpackEntries } from '#actors/raft/packed-entries.js';
import { packOutcomes } from '#actors/raft/packed-outcomes.js';
import { WaitingProposals } from '#actors/raft/waiting-proposals.js';
import type { Requester } from '#runtime/index.js';

const arbitraryProposal = fc.record({
  term: fc.integer({ min: 1, max: 2 }),
  kind: fc.integer({ min: 0, max: 3 }),
  session: fc.constantFrom(0, 7, 2 ** 52),
  sequence: fc.integer({ min: 0, max: 3 }),
  lowest: fc.integer({ min: 0, max: 1 }),
  payload: fc.anything(),
  bytes: fc.constantFrom(16, 17),
});

t.test('entries come out as they went in', async (t) => {
  fc.assert(
    fc.property(fc.nat(100), fc.array(arbitraryProposal), (first, proposals) => {
      const entries = proposals.map((each, i) => makeEntry(first + i, each.term, each));
      t.same(unpackEntries(packEntries(entries)), entries);
    }),
  );
});

t.test('commands of one session that follow one another are one run', async (t) => {
  const entries = Array.from({ length: 100 }, (_, i) => {
    const command = { kind: 1, session: 7, sequence: 40 + i, lowest: 3, payload: i, bytes: 16 };
    return makeEntry(1 + i, 2, command);
  });
  t.equal(packEntries(entries).runs.length, 7);
});

t.test('damaged entries make fewer entries, and no exception', async (t) => {
  const runs = Float64Array.from([9, 1, 1, 0, 0, 0, 8, 2, 1]);
  t.equal(unpackEntries({ first: 1, runs, payloads: ['a', 'b'] }).length, 2);
});

t.test('outcomes of what is done are packed, others stand by their place', async (t) => {
  const failed = { type: 'failed', error: 'no', index: 5 } as const;
  const packed = packOutcomes(
    [{ type: 'done', reply: 'a', index: 4 }, failed, { type: 'lost' }],
    2,
  );
  t.same([...packed.indexes], [4, 0, 0]);
  t.same(packed.replies, ['a', null, null]);
  t.same(packed.others, [
    [1, failed],
    [2, { type: 'lost' }],
  ]);
  t.equal(packed.leader, 2);
});

function asker(): { readonly requester: Requester<never>; readonly replies: unknown[] } {
  const replies: unknown[] = [];
  const requester = { reply: (value: unknown) => replies.push(value) };
  return { requester: requester as unknown as Requester<never>, replies };
}

t.test('a message is answered once, when all its commands are decided', async (t) => {
  const asked = new AskedRequests(() => 3);
  const [one, many, none] = [asker(), asker(), asker()];
  const first = asked.batch(many.requester, 3000, 10);
  const single = asked.one(one.requester, 20);
  asked.batch(none.requester, 0, 30);
  t.match(none.replies, [{ leader: 3, others: [] }]);
  asked.decide(single, { type: 'done' });
  t.same(one.replies, [{ type: 'done' }]);
  for (let i = 2999; i > 0; i--) {
    asked.decide(first + i, { type: 'done', reply: i, index: i });
    asked.decide(first + i, { type: 'lost' });
  }
  t.same(many.replies, []);
  t.same(asked.expire(10), [], 'nobody has waited that long');
  t.same(asked.expire(11), [first]);
  const [answer] = many.replies as [ReturnType<typeof packOutcomes>];
  t.equal(answer.indexes[2999], 2999);
  t.same(answer.others, [[0, { type: 'unknown' }]]);
  asked.decide(first, { type: 'done' });
  t.equal(many.replies.length, 1);
});

t.test('who waits for an index is told once, in the order of the log', async (t) => {
  const arbitrary = fc.array(
    fc.record({ gap: fc.integer({ min: 1, max: 3 }), forgets: fc.boolean() }),
    { maxLength: 400 },
  );
  fc.assert(
    fc.property(arbitrary, fc.nat(50), (steps, lag) => {
      const waiting = new WaitingProposals();
      const model = new Map<number, number>();
      let [index, applied] = [10, 10];
      for (const [i, { gap, forgets }] of steps.entries()) {
        index += gap;
        waiting.add(index, i + 1);
        model.set(index, i + 1);
        if (forgets) {
          waiting.forget(i);
          for (const [at, request] of model) if (request === i) model.delete(at);
        }
        for (; applied < index - lag; applied++) {
          t.equal(waiting.take(applied), model.get(applied) ?? 0);
          model.delete(applied);
        }
        t.equal(waiting.count, model.size);
      }
      t.same(waiting.takeAll(), [...model.values()]);
      t.equal(waiting.count, 0);
    }),
    { numRuns: 50 },
  );
});
