import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ActorRef, ActorSystem } from 'troupe';
import { Client, type ClientMessage, Server, type ServerMessage } from './ask-actors.js';
import { type Bench, countOf, type Figure, type Subject } from './harness.js';
import type { PortResult } from './port-jobs.js';
import { askedFigures, PortRequestSubject } from './port-request-subject.js';
import { assertConserved, startSystem } from './system.js';

const OUTSTANDING = 16;
const UNIT = 'req/s';

type Asked = Pick<PortResult, 'startNs' | 'endNs' | 'sum'>;

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
    return askedFigures(count, asked, UNIT);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
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
    return askedFigures(this.#count, asked, UNIT);
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
        new PortRequestSubject(countOf(scale, 160_000, 3200), OUTSTANDING, UNIT),
        new PiscinaAsk(countOf(scale, 48_000, 1600)),
      ],
    },
  ],
};
