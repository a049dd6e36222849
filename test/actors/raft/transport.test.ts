import t, { type Test } from 'tap';
import { makeEntry } from '#actors/raft/entry.js';
import { RaftClient, startRaft } from '#actors/raft/index.js';
import { MemoryNetwork } from '#actors/raft/memory-network.js';
import { MeshTransport, type RaftPacket } from '#actors/raft/mesh-transport.js';
import type { RaftMessage } from '#actors/raft/messages.js';
import type { RaftPeer } from '#actors/raft/protocol.js';
import { startSystem } from '../../support/system.js';
import { NetworkedCounter, network } from './fixtures/networked-counter.js';

async function start(t: Test, name: string) {
  const system = await startSystem(t, { threads: 0 });
  const group = startRaft(system, NetworkedCounter, { name });
  const statuses = () =>
    Promise.all(group.nodes.map((node) => node.ask({ type: 'status' }, { timeoutMs: 10_000 })));
  return { group, client: new RaftClient(group, { timeoutMs: 60_000, attemptMs: 300 }), statuses };
}

t.test('a group works over the transport that its definition names', async (t) => {
  const seen = new Set<string>();
  network.onMessage = ({ type }, group) => {
    if (group === 'over') seen.add(type);
    return true;
  };
  const { client } = await start(t, 'over');
  t.match(await client.propose(5), { type: 'done', reply: 5 });
  t.match(await client.read(null), { type: 'done', answer: 5 });
  for (const type of ['vote', 'append', 'append-answer', 'heartbeat']) t.ok(seen.has(type), type);
});

t.test(
  'a leader whose links are cut is replaced, and obeys when they are there again',
  async (t) => {
    const { client, statuses } = await start(t, 'cut');
    t.match(await client.propose(1), { type: 'done' });
    const leader = (await statuses()).find(({ role }) => role === 'leader')!;
    for (const id of [1, 2, 3]) {
      network.cut(leader.id, id);
      network.cut(id, leader.id);
    }
    t.match(await client.propose(2), { type: 'done', reply: 3 });
    network.heal();
    let all = await statuses();
    while (all.filter(({ applied }) => applied === all[0]!.applied).length < 3)
      all = await statuses();
    t.equal(all.filter(({ role }) => role === 'leader').length, 1);
    t.ok(all.every(({ term }) => term > leader.term));
  },
);

const append = (to: number): RaftMessage => {
  const command = { kind: 1, session: 9, sequence: 4, lowest: 2, payload: 'x', bytes: 1 };
  const entries = [makeEntry(7, 3, command), makeEntry(8, 3, { ...command, sequence: 5 })];
  const head = { type: 'append', from: 1, to, term: 3, epoch: 0 } as const;
  return { ...head, prevIndex: 6, prevTerm: 2, entries, commit: 6 };
};

t.test('the mesh tells each peer once, and what arrives is what was sent', async (t) => {
  const told: [number, readonly RaftPacket[]][] = [];
  const peer = (id: number): RaftPeer =>
    ({
      tell: ({ packets }: { packets: readonly RaftPacket[] }) => told.push([id, packets]),
    }) as unknown as RaftPeer;
  const mesh = new MeshTransport();
  mesh.meetPeers([[2, peer(2)]]);
  mesh.meetPeers([[3, peer(3)]]);
  const now = (to: number): RaftMessage => ({ type: 'timeout-now', from: 1, to, term: 3 });
  mesh.send([append(2), append(3), now(2), now(4)]);
  t.same(
    told.map(([id, packets]) => [id, MeshTransport.opened(packets)]),
    [
      [2, [append(2), now(2)]],
      [3, [append(3)]],
    ],
    'and nobody is told what is for a node that is not known',
  );
  mesh.close();
  mesh.send([append(2)]);
  t.equal(told.length, 2);
});

t.test('in memory a link is cut one way, and a node that left is not reached', async (t) => {
  const memory = new MemoryNetwork();
  const got: string[] = [];
  const join = (id: number) =>
    memory.connect({
      group: 'g',
      id,
      deliver: (messages) => {
        for (const { type, from } of messages) got.push(`${from}->${id} ${type}`);
      },
    });
  const [one, two] = [join(1), join(2)];
  memory.cut(1, 2);
  one.send([append(2)]);
  two.send([{ ...append(1), from: 2 }]);
  t.same(got, ['2->1 append']);
  memory.heal();
  one.send([append(2)]);
  two.close();
  one.send([append(2)]);
  t.same(got, ['2->1 append', '1->2 append']);
});
