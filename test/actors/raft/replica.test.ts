import { serialize } from 'node:v8';
import t from 'tap';
import { founding } from '#actors/raft/configuration.js';
import { Replica } from '#actors/raft/replica.js';
import { checksumOf } from '#actors/raft/snapshot.js';

const MACHINE = {
  initial: () => 0,
  apply(state: number, by: number) {
    if (by === 13) throw new RangeError('not 13');
    return [state + by, state + by] as const;
  },
  query: (state: number, _: null) => state,
};

/** A group of one: its disk answers at once. */
function alone(options: { maxSessions?: number; snapshotEvery?: number; id?: number } = {}) {
  const { id = 1, ...rest } = options;
  const replica = new Replica({
    machine: MACHINE,
    ...rest,
    raft: { id, chance: { next: () => 0 }, initial: { configuration: founding([1]) } },
  });
  const drain = () => {
    const decisions: unknown[] = [];
    do {
      const output = replica.drain();
      decisions.push(...output.decisions);
      if (output.write?.mustSync) {
        replica.raft.step({ type: 'stored', sequence: output.write.sequence });
      }
      replica.raft.advance();
    } while (replica.raft.hasReady);
    return decisions;
  };
  replica.raft.campaign();
  drain();
  return { replica, drain };
}

t.test('a command is decided when it is applied, and what throws changes nothing', async (t) => {
  const { replica, drain } = alone();
  replica.propose(1, 5, 0, 0, 0, 8);
  replica.propose(2, 13, 0, 0, 0, 8);
  t.match(drain(), [
    { request: 1, outcome: { type: 'done', reply: 5 } },
    { request: 2, outcome: { type: 'failed', error: 'RangeError: not 13' } },
  ]);
  replica.read(3, null);
  t.match(drain(), [{ request: 3, outcome: { type: 'done', answer: 5 } }]);
});

t.test('a command that comes again is answered the same and applied once', async (t) => {
  const { replica, drain } = alone();
  replica.openSession(1, 99);
  const [{ outcome }] = drain() as [{ outcome: { index: number } }];
  for (const request of [2, 3]) replica.propose(request, 5, outcome.index, 1, 1, 8);
  const [first, second] = drain() as [{ outcome: unknown }, { outcome: unknown }];
  t.same(first.outcome, second.outcome);
  t.equal(replica.state, 5);
});

t.test(
  'a session of which nobody knows refuses, as does an answer that was given up',
  async (t) => {
    const { replica, drain } = alone();
    replica.propose(1, 5, 77, 1, 1, 8);
    t.match(drain(), [{ outcome: { type: 'expired' } }]);
    replica.openSession(2, 99);
    const [{ outcome }] = drain() as [{ outcome: { index: number } }];
    replica.propose(3, 5, outcome.index, 2, 2, 8);
    replica.propose(4, 5, outcome.index, 1, 1, 8);
    t.match(drain(), [{ outcome: { type: 'done' } }, { outcome: { type: 'stale' } }]);
  },
);

t.test('a node that does not lead and knows no leader refuses', async (t) => {
  const { replica, drain } = alone({ id: 2 });
  replica.propose(1, 5, 0, 0, 0, 8);
  replica.read(2, null);
  t.match(drain(), [
    { outcome: { type: 'refused', reason: 'no-leader' } },
    { outcome: { type: 'refused', reason: 'no-leader' } },
  ]);
});

t.test('a snapshot holds the state and the sessions', async (t) => {
  const { replica, drain } = alone({ snapshotEvery: 3 });
  replica.openSession(1, 99);
  drain();
  for (let i = 1; i <= 10; i++) replica.propose(1 + i, i, 2, i, i, 8);
  drain();
  const snapshot = replica.raft.snapshot!;
  t.ok(snapshot.index >= 3);
  const restored = new Replica({
    machine: MACHINE,
    raft: { id: 1, chance: { next: () => 0 }, initial: { snapshot } },
  });
  t.equal(restored.state, 55);
  t.equal(restored.raft.applied, snapshot.index);
});

t.test('what is forgotten is not answered, and leaves nothing behind', async (t) => {
  const { replica, drain } = alone();
  replica.propose(1, 5, 0, 0, 0, 8);
  replica.read(2, null);
  replica.forget(1);
  replica.forget(2);
  t.same(drain(), []);
  t.equal(replica.waitingCount, 0);
});

t.test('who waits for a leader that is none any more is told to ask again', async (t) => {
  const replica = new Replica({
    machine: MACHINE,
    raft: { id: 2, chance: { next: () => 0 }, initial: { configuration: founding([1, 2, 3]) } },
  });
  const hear = (from: number, term: number) => {
    replica.raft.step({ type: 'heartbeat', from, to: 2, term, epoch: 0, commit: 0, round: 1 });
  };
  hear(1, 1);
  replica.drain();
  replica.propose(1, 5, 7, 1, 1, 8);
  replica.read(2, null);
  const { messages, decisions } = replica.drain();
  t.match(messages, [
    { type: 'forward', to: 1 },
    { type: 'read', to: 1 },
  ]);
  t.same(decisions, []);
  hear(3, 2);
  t.match(replica.drain().decisions, [
    { request: 1, outcome: { type: 'unknown' } },
    { request: 2, outcome: { type: 'refused', reason: 'no-leader', leader: 3 } },
  ]);
  t.equal(replica.waitingCount, 0);
});

t.test('proposals of one turn go to the leader together, up to a limit', async (t) => {
  const replica = new Replica({
    machine: MACHINE,
    raft: { id: 2, chance: { next: () => 0 }, initial: { configuration: founding([1, 2, 3]) } },
  });
  replica.raft.step({
    type: 'heartbeat',
    from: 1,
    to: 2,
    term: 1,
    epoch: 0,
    commit: 0,
    round: 1,
  });
  replica.drain();
  const sizes = (): number[] =>
    replica
      .drain()
      .messages.map((message) => (message.type === 'forward' ? message.proposals.length : 0));
  for (let i = 1; i <= 300; i++) replica.propose(i, i, 7, i, 1, 8);
  t.same(sizes(), [256, 44]);
  replica.propose(301, 1, 7, 301, 1, 8);
  t.same(sizes(), [1], 'what was taken by a drain does not grow any more');
});

t.test('a snapshot that is no state ends the node with an error that says so', async (t) => {
  const notSerialized = Uint8Array.from([1, 2, 3, 4]);
  for (const data of [notSerialized, serialize(7), serialize([5, [3]]), serialize([5, 'rows'])]) {
    const replica = new Replica({
      machine: MACHINE,
      raft: { id: 2, chance: { next: () => 0 }, initial: { configuration: founding([1, 2, 3]) } },
    });
    const configuration = founding([1, 2, 3]);
    const snapshot = { index: 9, configuration, checksum: checksumOf(data), data };
    replica.raft.step({
      type: 'snapshot',
      from: 1,
      to: 2,
      term: 1,
      epoch: 0,
      indexTerm: 1,
      offset: 0,
      totalBytes: data.length,
      ...snapshot,
    });
    t.throws(() => replica.drain(), { name: 'TroupeError', code: 'ERR_RAFT_SNAPSHOT' });
    t.equal(replica.state, 0, 'nothing of it was taken over');
    t.equal(replica.raft.applied, 0);
    const found = { ...snapshot, term: 1 };
    const started = () =>
      new Replica({
        machine: MACHINE,
        raft: { id: 2, chance: { next: () => 0 }, initial: { snapshot: found } },
      });
    t.throws(started, { code: 'ERR_RAFT_SNAPSHOT' }, 'also when it is found at the start');
  }
});
