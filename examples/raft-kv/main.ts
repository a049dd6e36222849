/**
 * Five nodes with a replicated key-value store on disk, one on each of five threads. Clients write while the leader's
 * thread is ended again and again; at the end every acknowledged write must be there, and none twice.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ActorSystem } from 'troupe';
import { RaftClient, startJournal, startRaft } from 'troupe/actors';
import { Killer, Store } from './store.js';

const NODES = 5;
const CLIENTS = 4;
const WRITES = Number(process.argv[2] ?? 200);
const KILLS = 3;
/** So that the restarts stay within the budget of their supervisor. */
const BETWEEN_KILLS_MS = 2500;

const folder = await mkdtemp(join(tmpdir(), 'raft-kv-'));
const system = await ActorSystem.start({ threads: NODES });
const journal = await startJournal(system, { kind: 'lmdb', path: join(folder, 'store') });
const group = startRaft(system, Store, {
  name: 'kv',
  nodes: NODES,
  placement: (id) => id,
  journal,
});

/** Says who leads, in which term. */
async function leader(): Promise<{ readonly id: number; readonly term: number }> {
  for (;;) {
    for (const node of group.nodes) {
      const status = await node.ask({ type: 'status' }, { timeoutMs: 1000 }).catch(() => undefined);
      if (status?.role === 'leader') return status;
    }
    await delay(20);
  }
}

async function killLeaders(): Promise<void> {
  for (let i = 0; i < KILLS; i++) {
    const { id, term } = await leader();
    const began = performance.now();
    const killer = system.spawn(Killer, undefined, { placement: id, restart: 'temporary' });
    killer.tell({ type: 'end-thread' });
    let next = await leader();
    while (next.term === term) {
      await delay(10);
      next = await leader();
    }
    const ms = Math.round(performance.now() - began);
    console.log(
      `the thread of node ${id} ended; node ${next.id} leads in term ${next.term} after ${ms} ms`,
    );
    await delay(BETWEEN_KILLS_MS);
  }
}

const acknowledged = new Map<string, number>();
let unknown = 0;
const latencies: number[] = [];

async function write(client: number): Promise<void> {
  const raft = new RaftClient(group, { timeoutMs: 60_000, attemptMs: 500 });
  for (let value = 1; value <= WRITES; value++) {
    const key = `client-${client}`;
    const began = performance.now();
    const result = await raft.propose({ key, value });
    latencies.push(performance.now() - began);
    if (result.type === 'done') acknowledged.set(key, value);
    else unknown++;
    await delay(5);
  }
}

const writing = Promise.all(Array.from({ length: CLIENTS }, (_, i) => write(i + 1)));
await killLeaders();
await writing;

const read = await new RaftClient(group, { timeoutMs: 60_000 }).read(null);
latencies.sort((one, other) => one - other);
const at = (share: number): string => latencies[Math.floor(latencies.length * share)]!.toFixed(1);
console.log(
  `${latencies.length} writes, ${unknown} of unknown outcome; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
);
const values = new Map(read.type === 'done' ? read.answer.values : []);
const lost = [...acknowledged].filter(([key, value]) => (values.get(key) ?? 0) < value);
const count = read.type === 'done' ? read.answer.count : -1;
const isOnce = count <= latencies.length && count >= latencies.length - unknown;
await system.stop();
await rm(folder, { recursive: true, force: true });
console.log(lost.length === 0 && isOnce ? 'every acknowledged write is there, each once' : 'WRONG');
process.exitCode = lost.length === 0 && isOnce ? 0 : 1;
