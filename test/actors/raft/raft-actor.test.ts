import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openJournal, startJournal } from '#actors/journal/index.js';
import { RaftClient, startRaft } from '#actors/raft/index.js';
import { ActorSystem } from '#runtime/index.js';
import { Counter } from './fixtures/counter.js';
import { Killer } from './fixtures/killer.js';

async function start(t: Test, threads: number, nodes: number) {
  const system = await ActorSystem.start({ threads });
  t.teardown(() => system.stop());
  const group = startRaft(system, Counter, {
    name: 'counter',
    nodes,
    placement: (id) => (threads === 0 ? 0 : 1 + ((id - 1) % threads)),
  });
  return { system, group, client: new RaftClient(group, { timeoutMs: 60_000 }) };
}

t.test('a group of one thread applies commands in order and answers reads', async (t) => {
  const { client } = await start(t, 0, 3);
  t.match(await client.propose({ by: 2 }), { type: 'done', reply: 2 });
  t.match(await client.propose({ by: 3 }), { type: 'done', reply: 5 });
  t.match(await client.propose({ by: -9 }), { type: 'failed', error: /below zero/ });
  t.match(await client.read(null), { type: 'done', answer: { sum: 5, count: 2 } });
  t.match(await client.readStale(null), { type: 'done' });
});

t.test('a group over threads applies what many clients propose, each command once', async (t) => {
  const { group } = await start(t, 2, 3);
  const clients = Array.from({ length: 4 }, () => new RaftClient(group, { timeoutMs: 60_000 }));
  const results = await Promise.all(
    clients.flatMap((client) => Array.from({ length: 250 }, () => client.propose({ by: 1 }))),
  );
  t.equal(results.filter(({ type }) => type === 'done').length, 1000);
  t.match(await clients[0]!.read(null), { answer: { sum: 1000, count: 1000 } });
});

t.test('a node without its memory refuses to take part until it was added again', async (t) => {
  const { group, client, system } = await start(t, 2, 3);
  t.match(await client.propose({ by: 1 }), { type: 'done' });
  const reports: string[] = [];
  system.events.on('user', ({ name }) => reports.push(name));
  // A message that no handler can take is a failure: the actor starts again, with nothing.
  group.nodes[2]!.tell({ type: 'packets', packets: null as never });
  const status = async () => group.nodes[2]!.ask({ type: 'status' }, { timeoutMs: 60_000 });
  let now = await status();
  while (now.isLost || now.applied === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    now = await status();
  }
  t.match(await client.propose({ by: 1 }), { type: 'done', reply: 2 });
  const { epochs } = now.configuration;
  t.ok(reports.includes('raft-disk-lost'), 'and the loss was reported');
  t.ok(epochs.find(([id]) => id === 3)![1] > 0, 'its membership is a new one');
});

t.test(
  'a node whose storage failed ends, and one that heard it of a former life goes on',
  async (t) => {
    const { group, client, system } = await start(t, 0, 3);
    t.match(await client.propose({ by: 1 }), { type: 'done' });
    const reports: string[] = [];
    system.events.on('user', ({ name }) => reports.push(name));
    const node = group.nodes[2]!;
    const fails = (incarnation: number) => {
      node.tell({ type: 'not-stored', error: new Error('no space'), incarnation });
      return node.ask({ type: 'status' }, { timeoutMs: 60_000 });
    };
    t.equal((await fails(7)).isLost, false, 'an answer to another incarnation is none of its own');
    t.same(reports, []);
    // It has no journal: so that it has begun again is seen by what it has forgotten.
    t.equal((await fails(0)).isLost, true);
    t.match(await client.propose({ by: 1 }), { type: 'done', reply: 2 });
  },
);

t.test('the death of a leader and its thread costs no acknowledged command', async (t) => {
  const { system, group } = await start(t, 3, 3);
  const client = new RaftClient(group, { timeoutMs: 60_000, attemptMs: 500 });
  for (let i = 0; i < 30; i++) t.match(await client.propose({ by: 1 }), { type: 'done' });
  const { leader } = await group.nodes[0]!.ask({ type: 'status' }, { timeoutMs: 10_000 });
  const killer = system.spawn(Killer, undefined, { placement: leader, restart: 'temporary' });
  killer.tell({ type: 'end-thread' });
  t.match(await client.propose({ by: 1 }), { type: 'done' }, 'another one leads');
  t.match(await client.read(null), { answer: { count: 31 } });
});

t.test('a durable group goes on with what it had when its system starts again', async (t) => {
  const path = t.testdir();
  for (const expected of [10, 20]) {
    const system = await ActorSystem.start({ threads: 2 });
    const journal = await startJournal(system, { kind: 'lmdb', path: join(path, 'store') });
    const options = {
      name: 'counter',
      journal,
      isFounded: expected > 10,
      snapshotEvery: 7,
      trailing: 2,
    };
    const group = startRaft(system, Counter, options);
    const client = new RaftClient(group, { timeoutMs: 60_000 });
    for (let i = 0; i < 10; i++) t.match(await client.propose({ by: 1 }), { type: 'done' });
    t.match(await client.read(null), { answer: { sum: expected, count: expected } });
    await system.stop();
  }
});

t.test('groups that write at one time share their flushes', async (t) => {
  const [GROUPS, ROUNDS, MAJORITY] = [8, 10, 2];
  const system = await ActorSystem.start({ threads: 1 });
  t.teardown(() => system.stop());
  const journal = await startJournal(system, { kind: 'lmdb', path: join(t.testdir(), 'store') });
  const clients = Array.from({ length: GROUPS }, (_, i) => {
    const group = startRaft(system, Counter, { name: `counter-${i}`, journal });
    return new RaftClient(group, { timeoutMs: 60_000 });
  });
  const proposeAll = () => Promise.all(clients.map((client) => client.propose({ by: 1 })));
  await proposeAll();
  let flushCount = 0;
  openJournal(system, journal).onCommit(() => void flushCount++);
  for (let round = 0; round < ROUNDS; round++) {
    for (const outcome of await proposeAll()) t.match(outcome, { type: 'done' });
  }
  t.ok(flushCount > 0);
  // Each command is written by a majority before it is answered: alone that would be as many flushes.
  const writeCount = GROUPS * ROUNDS * MAJORITY;
  t.ok(flushCount < writeCount / 2, `${flushCount} flushes for at least ${writeCount} writes`);
});

t.test('a node of a durable group that restarts is not lost', async (t) => {
  const system = await ActorSystem.start({ threads: 2 });
  t.teardown(() => system.stop());
  const journal = await startJournal(system, { kind: 'memory' });
  const group = startRaft(system, Counter, { name: 'counter', journal });
  const client = new RaftClient(group, { timeoutMs: 60_000 });
  const reports: string[] = [];
  system.events.on('user', ({ name }) => reports.push(name));
  for (let round = 1; round <= 3; round++) {
    for (let i = 0; i < 10; i++) await client.propose({ by: 1 });
    group.nodes[round - 1]!.tell({ type: 'packets', packets: null as never });
    t.match(await client.read(null), { answer: { count: round * 10 } });
  }
  t.notOk(reports.includes('raft-disk-lost'));
});
