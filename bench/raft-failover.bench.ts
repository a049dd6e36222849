import { setTimeout as delay } from 'node:timers/promises';
import { ActorSystem } from 'troupe';
import { RaftClient, type RaftStatus, startJournal } from 'troupe/actors';
import { type Bench, check, countOf, type Figure, type Subject } from './harness.js';
import { type ByteCounters, SturdyGroup, ThreadEnder } from './raft-actors.js';
import { PROPOSAL_BYTES } from './raft-wiring.js';

const NODES = 3;
const COMMAND = '0123456789abcdef';
const TICK_MS = 10;
const ELECTION_TICKS = 15;
/** The shortest election timeout that a node can draw. */
const ELECTION_TIMEOUT_MS = TICK_MS * ELECTION_TICKS;
const LOOK_MS = 2;
const PATIENCE_MS = 20_000;

/** What one kill has cost, in milliseconds. */
interface Failover {
  /** Until another node said that it leads. */
  readonly electedMs: number;
  /** Until a command that was proposed right after the kill was answered. */
  readonly answeredMs: number;
}

/** Three nodes on three threads; the thread of the leader ends, again and again. */
class FailoverSubject implements Subject {
  readonly name = 'troupe';
  readonly #kills: number;
  #system: ActorSystem | undefined;
  #group: ByteCounters | undefined;
  #client: RaftClient<string, number, null, number> | undefined;
  #done = 0;

  constructor(kills: number) {
    this.#kills = kills;
  }

  async open(): Promise<void> {
    const system = await ActorSystem.start({
      threads: NODES,
      threadIntensity: { intensity: 1e6, periodMs: 1000 },
    });
    this.#system = system;
    // On the main thread: a node that starts again has what it had.
    const journal = await startJournal(system, { kind: 'memory' });
    const starter = system.spawn(SturdyGroup, undefined, { placement: 'main' });
    const options = {
      name: 'failover',
      nodes: NODES,
      journal,
      tickMs: TICK_MS,
      electionTicks: ELECTION_TICKS,
    };
    this.#group = await starter.ask({ type: 'start', options });
    this.#client = new RaftClient(this.#group, {
      timeoutMs: PATIENCE_MS,
      attemptMs: ELECTION_TIMEOUT_MS,
      bytesOf: () => PROPOSAL_BYTES,
    });
    await this.#propose();
  }

  async round(): Promise<readonly Figure[]> {
    const failovers: Failover[] = [];
    for (let i = 0; i < this.#kills; i++) failovers.push(await this.#kill());
    const read = await this.#client!.read(null);
    const bytes = this.#done * PROPOSAL_BYTES;
    check(
      read.type === 'done' && read.answer === bytes,
      () => `the state is ${JSON.stringify(read)}, not ${bytes}`,
    );
    const elected = failovers.map(({ electedMs }) => electedMs).sort((a, b) => a - b);
    const answered = failovers.map(({ answeredMs }) => answeredMs).sort((a, b) => a - b);
    const inTime = elected.filter((ms) => ms <= 3 * ELECTION_TIMEOUT_MS).length;
    return [
      { suffix: '', value: elected[elected.length >> 1]!, unit: 'ms' },
      { suffix: '.max', value: elected[elected.length - 1]!, unit: 'ms' },
      { suffix: '.in-time', value: (100 * inTime) / this.#kills, unit: '%' },
      { suffix: '.answer', value: answered[answered.length >> 1]!, unit: 'ms' },
    ];
  }

  async #kill(): Promise<Failover> {
    const system = this.#system!;
    const { id, term } = await this.#calm();
    const ender = system.spawn(ThreadEnder, undefined, { placement: id, restart: 'temporary' });
    await system.started(ender);
    const died = new Promise<number>((resolve) => {
      system.events.once('thread-died', () => resolve(performance.now()));
    });
    ender.tell({ type: 'end' });
    const startMs = performance.now();
    await died;
    const answered = this.#propose().then(() => performance.now() - startMs);
    const others = this.#group!.nodes.filter((_, i) => i + 1 !== id);
    let electedMs = -1;
    while (electedMs < 0) {
      const statuses = await Promise.all(others.map((node) => statusOf(node)));
      if (statuses.some((each) => each?.role === 'leader' && each.term > term)) {
        electedMs = performance.now() - startMs;
      } else await delay(LOOK_MS);
      check(
        performance.now() - startMs < PATIENCE_MS,
        () => `no other leader was elected: ${JSON.stringify(statuses)}`,
      );
    }
    return { electedMs, answeredMs: await answered };
  }

  /** Waits until all nodes follow one leader and have all it has. */
  async #calm(): Promise<RaftStatus> {
    for (const deadline = performance.now() + PATIENCE_MS; ; await delay(LOOK_MS)) {
      const statuses = await Promise.all(this.#group!.nodes.map((node) => statusOf(node)));
      const leader = statuses.find((each) => each?.role === 'leader');
      const agree = statuses.every(
        (each) => each?.term === leader?.term && each?.applied === leader?.lastIndex,
      );
      if (leader !== undefined && agree) return leader;
      check(performance.now() < deadline, () => `no calm: ${JSON.stringify(statuses)}`);
    }
  }

  async #propose(): Promise<void> {
    const { type } = await this.#client!.propose(COMMAND);
    check(type === 'done', () => `a command was ${type}`);
    this.#done++;
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

function statusOf(node: ByteCounters['nodes'][number]): Promise<RaftStatus | undefined> {
  return node.ask({ type: 'status' }, { timeoutMs: 1000 }).catch(() => undefined);
}

/** From the end of the leader's thread to the next leader. */
export const bench: Bench = {
  contests: (scale) => [
    { bench: 'raft-failover', subjects: [new FailoverSubject(countOf(scale, 20, 1))] },
  ],
};
