import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ActorRef, ActorSystem } from 'troupe';
import { Client, type ClientMessage, Server, type ServerMessage } from './ask-actors.js';
import { type Bench, check, countOf, type Figure, rate, type Subject } from './harness.js';
import type { PortResult } from './port-jobs.js';
import { PortPair } from './port-pair.js';
import { assertConserved, startSystem } from './system.js';

const OUTSTANDING = 16;

type Asked = Pick<PortResult, 'startNs' | 'endNs' | 'sum'>;

function figures(count: number, { startNs, endNs, sum }: Asked): readonly Figure[] {
  check(sum === count, () => `${sum} answers to ${count} questions`);
  return [rate(count, endNs - startNs, 'req/s')];
}

class TroupeAsk implements Subject {
  readonly name = 'troupe';
  readonly #count: number;
  #system: ActorSystem | undefined;
  #client: ActorRef<ClientMessage> | undefined;
  #server: ActorRef<ServerMessage> | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 2 });
    this.#system = system;
    this.#client = system.spawn(Client, undefined, { placement: 1 });
    this.#server = system.spawn(Server, undefined, { placement: 2 });
    await Promise.all([system.started(this.#client), system.started(this.#server)]);
  }

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const work = {
      type: 'start',
      server: this.#server!,
      count,
      outstanding: OUTSTANDING,
    } as const;
    const asked = await this.#client!.ask(work);
    await assertConserved(this.#system!);
    return figures(count, asked);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** Requests and replies by hand: an object with a number each way, a Map of promises. */
class PortAsk implements Subject {
  readonly name = 'postMessage';
  readonly #count: number;
  #pair: PortPair | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    this.#pair = new PortPair([[0, 1]]);
    await this.#pair.begin(1, { type: 'serve', port: 0 }).ready;
  }

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const work = {
      type: 'request',
      port: 0,
      count,
      outstanding: OUTSTANDING,
    } as const;
    return figures(count, await this.#pair!.begin(0, work).done);
  }

  async close(): Promise<void> {
    await this.#pair?.close();
  }
}

class PiscinaAsk implements Subject {
  readonly name = 'piscina';
  readonly #count: number;
  #client: Worker | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    this.#client = new Worker(new URL('./piscina-client.js', import.meta.url));
    await once(this.#client, 'online');
  }

  async round(): Promise<readonly Figure[]> {
    const client = this.#client!;
    client.postMessage(this.#count);
    const [asked] = (await once(client, 'message')) as [Asked];
    return figures(this.#count, asked);
  }

  async close(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const exit = once(client, 'exit');
    client.postMessage(0);
    await exit;
  }
}

/** Workload J: questions and answers between two threads, 16 at a time, a promise for each. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'ask-cross',
      subjects: [
        new TroupeAsk(countOf(scale, 300_000, 3200)),
        new PortAsk(countOf(scale, 160_000, 3200)),
        new PiscinaAsk(countOf(scale, 48_000, 1600)),
      ],
    },
  ],
};
