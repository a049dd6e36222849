import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActorSystem } from 'troupe';
import { openJournal, RaftClient, startJournal, startRaft } from 'troupe/actors';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { LatencyHistogram } from './latency-histogram.js';
import { ByteCounter } from './raft-actors.js';
import { PROPOSAL_BYTES } from './raft-wiring.js';

const NODES = 3;
const COMMAND = '0123456789abcdef';
type Client = RaftClient<string, number, null, number>;

/** Clients on the main thread, one node on each of three threads. */
class GroupSubject implements Subject {
  readonly name: string;
  readonly #count: number;
  readonly #outstanding: number;
  readonly #isDurable: boolean;
  #system: ActorSystem | undefined;
  #client: Client | undefined;
  #folder = '';
  #bytes = 0;
  #flushCount = 0;

  constructor(name: string, count: number, outstanding: number, isDurable: boolean) {
    this.name = name;
    this.#count = count - (count % outstanding);
    this.#outstanding = outstanding;
    this.#isDurable = isDurable;
  }

  async open(): Promise<void> {
    const system = await ActorSystem.start({ threads: NODES });
    this.#system = system;
    const placement = (id: number): number => id;
    if (this.#isDurable) {
      this.#folder = await mkdtemp(join(tmpdir(), 'troupe-raft-'));
      const journal = await startJournal(system, {
        kind: 'lmdb',
        path: join(this.#folder, 'store'),
      });
      // Each commit is one flush, and is heard of once.
      openJournal(system, journal).onCommit(() => void this.#flushCount++);
      const group = startRaft(system, ByteCounter, { name: 'bench', placement, journal });
      this.#client = new RaftClient(group, { timeoutMs: 60_000, bytesOf: () => PROPOSAL_BYTES });
    } else {
      const group = startRaft(system, ByteCounter, { name: 'bench', placement });
      this.#client = new RaftClient(group, { timeoutMs: 60_000, bytesOf: () => PROPOSAL_BYTES });
    }
    this.#bytes = 0;
    await this.#propose();
  }

  async #propose(): Promise<void> {
    const { type } = await this.#client!.propose(COMMAND);
    check(type === 'done', () => `a command was ${type}`);
    this.#bytes += PROPOSAL_BYTES;
  }

  async round(): Promise<readonly Figure[]> {
    const latencies = new LatencyHistogram();
    const worker = async (): Promise<void> => {
      for (let i = 0; i < this.#count / this.#outstanding; i++) {
        const startNs = nowNs();
        await this.#propose();
        latencies.record((nowNs() - startNs) / 1000);
      }
    };
    const flushesBefore = this.#flushCount;
    const startNs = nowNs();
    await Promise.all(Array.from({ length: this.#outstanding }, worker));
    const endNs = nowNs();
    const flushCount = this.#flushCount - flushesBefore;
    const read = await this.#client!.read(null);
    check(
      read.type === 'done' && read.answer === this.#bytes,
      () => `the state is ${JSON.stringify(read)}, not ${this.#bytes}`,
    );
    return [
      rate(this.#count, endNs - startNs, 'commands/s'),
      { suffix: '.p50', value: latencies.quantileUs(0.5), unit: 'us' },
      { suffix: '.p99', value: latencies.quantileUs(0.99), unit: 'us' },
      ...(this.#isDurable
        ? [{ suffix: '.flush', value: this.#count / flushCount, unit: 'entries/flush' }]
        : []),
    ];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
    if (this.#folder !== '') await rm(this.#folder, { recursive: true, force: true });
  }
}

function contests(
  name: string,
  counts: readonly (readonly [number, number])[],
  isDurable: boolean,
): Bench {
  return {
    contests: (scale) =>
      counts.map(([outstanding, full]) => {
        const count = countOf(scale, full, Math.max(outstanding, 64));
        return {
          bench: `${name}.${outstanding}`,
          subjects: [
            new GroupSubject('troupe', count, outstanding, isDurable),
            ...(isDurable ? [new GroupSubject('in-memory', count, outstanding, false)] : []),
          ],
        };
      }),
  };
}

/** Three nodes on threads, in memory. */
export const bench = contests(
  'raft-threads',
  [
    [1, 1000],
    [64, 20_000],
    [1024, 100_000],
  ],
  false,
);

/** Three nodes on threads, every acknowledged command flushed to one store on LMDB. */
export const durable = contests(
  'raft-durable',
  [
    [1, 300],
    [64, 5_000],
    [1024, 61_440],
  ],
  true,
);
