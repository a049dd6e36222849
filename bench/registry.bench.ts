import type { ActorRef, ActorSystem } from 'troupe';
import { type RegistryClient, startRegistry } from 'troupe/actors';
import { type Bench, check, countOf, type Figure, rate, type Subject } from './harness.js';
import { Reader, type ReaderMessage, timedHere } from './registry-actors.js';
import { INSTANCE_COUNT, registerAll } from './registry-load.js';
import { MapSubject } from './registry-map.js';
import { startSystem } from './system.js';

type Kind = ReaderMessage['type'];

/** The work on the main thread, where the registry itself lives, or on a worker thread. */
class RegistrySubject implements Subject {
  readonly name: string;
  readonly #kind: Kind;
  readonly #count: number;
  readonly #isWorker: boolean;
  #system: ActorSystem | undefined;
  #client: RegistryClient | undefined;
  #reader: ActorRef<ReaderMessage> | undefined;

  constructor(kind: Kind, count: number, isWorker: boolean) {
    this.name = isWorker ? 'troupe/worker' : 'troupe';
    this.#kind = kind;
    this.#count = count;
    this.#isWorker = isWorker;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 1 });
    this.#system = system;
    this.#client = await startRegistry(system);
    const index = await registerAll(this.#client);
    this.#reader = system.spawn(Reader, { registry: this.#client.ref, index }, { placement: 1 });
    await system.started(this.#reader);
  }

  async round(): Promise<readonly Figure[]> {
    const message = { type: this.#kind, count: this.#count };
    const { sum, elapsedNs } = this.#isWorker
      ? await this.#reader!.ask(message)
      : timedHere(this.#kind, this.#client!, this.#count);
    return figures(this.#kind, this.#count, sum, elapsedNs);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

function figures(kind: Kind, count: number, sum: number, elapsedNs: number): readonly Figure[] {
  const expected = kind === 'discover' ? count * INSTANCE_COUNT : count;
  check(sum === expected, () => `${kind}: ${sum}, not ${expected}`);
  return [rate(count, elapsedNs, 'ops/s')];
}

function benchOf(kind: Kind): Bench {
  return {
    contests: (scale) => {
      const count = countOf(scale, 4_000_000, 20_000);
      const slowCount = countOf(scale, 400_000, 2000);
      return [
        {
          bench: `registry-${kind}`,
          subjects: [
            new RegistrySubject(kind, count, false),
            new RegistrySubject(kind, count, true),
            new MapSubject(kind, slowCount, (sum, elapsedNs) =>
              figures(kind, slowCount, sum, elapsedNs),
            ),
          ],
        },
      ];
    },
  };
}

/** Workload K1: look up one of 100 services with 10 instances each, and copy the list. */
export const discover: Bench = benchOf('discover');

/** Workload K1: renew the lease of one of 1000 instances by its name. */
export const heartbeat: Bench = benchOf('heartbeat');
