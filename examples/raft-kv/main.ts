/**
 * Five nodes with a replicated key-value store on disk, one on each of five threads. Clients write, compare and read while
 * the leader's thread is ended again and again; at the end every acknowledged change must be there, none twice,
 * and what all clients saw together must have one order.
 *
 *     node dist/examples/raft-kv/main.js [OPERATIONS] [KILLS]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ActorSystem } from 'troupe';
import { RaftClient, startJournal, startRaft } from 'troupe/actors';
import { Killer, Store } from './store.js';
import { complaints } from './verdict.js';
import { Visitor } from './visitor.js';

const NODES = 5;
const CLIENTS = 4;
const OPERATIONS = Number(process.argv[2] ?? 200);
const KILLS = Number(process.argv[3] ?? 3);
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
    const asked = group.nodes.map((node) => node.ask({ type: 'status' }, { timeoutMs: 100 }));
    const leaders = (await Promise.allSettled(asked))
      .flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      .filter(({ role }) => role === 'leader')
      .sort((one, other) => other.term - one.term);
    if (leaders.length > 0) return leaders[0]!;
    await delay(20);
  }
}

async function killLeaders(): Promise<void> {
  for (let i = 0; i < KILLS; i++) {
    if (i > 0) await delay(BETWEEN_KILLS_MS);
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
  }
}

const newClient = () => new RaftClient(group, { timeoutMs: 60_000, attemptMs: 500 });
const visitors = Array.from({ length: CLIENTS }, (_, i) => new Visitor(i + 1, newClient()));

/** Goes on until it has done its part and no leader is killed any more. */
async function visit(visitor: Visitor, killing: { isOver: boolean }): Promise<void> {
  for (let i = 0; i < OPERATIONS || !killing.isOver; i++) {
    await visitor.act();
    await delay(5);
  }
}

const first = await leader();
console.log(`node ${first.id} leads in term ${first.term}`);
const killing = { isOver: false };
const visits = Promise.all(visitors.map((visitor) => visit(visitor, killing)));
await killLeaders();
killing.isOver = true;
await visits;
await visitors[0]!.readAll();
const read = await newClient().read({ type: 'applied' });
await system.stop();
await rm(folder, { recursive: true, force: true });

const latencies = visitors.flatMap((each) => each.latencies).sort((one, other) => one - other);
const at = (share: number): string => latencies[Math.floor(latencies.length * share)]!.toFixed(1);
const operationCount = visitors.reduce((sum, { history }) => sum + history.length, 0);
const unknownCount = visitors.reduce((sum, each) => sum + each.unknownCount, 0);
console.log(
  `${operationCount} operations, ${unknownCount} of unknown outcome; ` +
    `changes: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
);
const applied = new Map(read.type === 'done' ? (read.answer as [number, number][]) : []);
const found = complaints(visitors, applied);
for (const line of found) console.log(line);
if (found.length === 0) {
  console.log('every acknowledged change is there, each once, and the history is linearizable');
} else process.exitCode = 1;
