import fc from 'fast-check';
import t from 'tap';
import { enterJoint, founding, leaveJoint } from '#actors/raft/configuration.js';
import { majorityReached, quorumReached, tally } from '#actors/raft/quorum.js';

/** By definition: the highest number that more than half have reached. */
function naive(numbers: readonly number[]): number {
  const reached = (bound: number): number => numbers.filter((each) => each >= bound).length;
  return Math.max(...numbers.filter((each) => reached(each) * 2 > numbers.length));
}

t.test('a majority has reached what more than half have reached', async () => {
  const numbers = fc.array(fc.nat(20), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(numbers, (list) => {
      const ids = list.map((_, i) => i);
      return majorityReached(ids, (id) => list[id]!) === naive(list);
    }),
  );
});

t.test('nobody objects where nobody votes', async (t) => {
  t.equal(
    majorityReached([], () => 0),
    Number.POSITIVE_INFINITY,
  );
});

t.test('while joint, both majorities are needed to commit and to elect', async (t) => {
  const joint = enterJoint(founding([1, 2, 3]), { voters: [3, 4, 5] }, 7);
  const match = new Map([
    [1, 0],
    [2, 0],
    [3, 9],
    [4, 9],
    [5, 9],
  ]);
  t.equal(
    quorumReached(joint, (id) => match.get(id)!),
    0,
    'three new ones are not enough',
  );
  t.equal(
    tally(
      joint,
      new Map([
        [3, true],
        [4, true],
        [5, true],
      ]),
    ),
    'open',
  );
  t.equal(
    tally(
      joint,
      new Map([
        [3, true],
        [4, true],
        [1, true],
      ]),
    ),
    'won',
  );
  t.equal(
    tally(
      joint,
      new Map([
        [1, false],
        [2, false],
        [3, true],
        [4, true],
      ]),
    ),
    'lost',
  );
});

t.test('two configurations that follow one another share a voter in any two quorums', async () => {
  const members = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  fc.assert(
    fc.property(members, members, members, members, (from, to, one, other) => {
      const joint = enterJoint(founding(from), { voters: to }, 5);
      const wins = (voters: number[], configuration = joint): boolean =>
        tally(configuration, new Map(voters.map((id) => [id, true]))) === 'won';
      const meets = one.some((id) => other.includes(id));
      const old = wins(one, founding(from)) && wins(other);
      const next = wins(one) && wins(other, leaveJoint(joint));
      return meets || !(old || next);
    }),
    { numRuns: 2000 },
  );
});

t.test('who is added has the index of its entry as epoch, who stays keeps its own', async (t) => {
  const joint = enterJoint(founding([1, 2]), { voters: [2, 3], learners: [1] }, 9);
  t.same(joint.epochs, [
    [1, 0],
    [2, 0],
    [3, 9],
  ]);
  t.same(joint.learnersNext, [1], 'a voter becomes a learner when the joint phase ends');
  t.same(leaveJoint(joint), {
    voters: [2, 3],
    outgoing: [],
    learners: [1],
    learnersNext: [],
    epochs: [
      [1, 0],
      [2, 0],
      [3, 9],
    ],
  });
});
