import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ActorRef, ActorSystem } from 'troupe';
import { type Bench, check, countOf, type Figure, type Subject } from './harness.js';
import {
  ANSWER,
  Churn,
  type ChurnMessage,
  Probe,
  type ProbeMessage,
} from './io-fairness-actors.js';
import { LatencyHistogram, type LatencySummary } from './latency-histogram.js';
import { assertConserved, startSystem } from './system.js';

const THREAD = 1;
/** Actors that keep the thread busy with 100 messages each. */
const CHURN_COUNT = 8;

/** Timers and HTTP requests on a thread that is saturated with messages, or has none. */
class FairnessSubject implements Subject {
  readonly name: string;
  readonly #isLoaded: boolean;
  readonly #timerCount: number;
  readonly #requestCount: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #system: ActorSystem | undefined;
  #probe: ActorRef<ProbeMessage> | undefined;
  #churn: readonly ActorRef<ChurnMessage>[] = [];

  constructor(name: string, isLoaded: boolean, timerCount: number, requestCount: number) {
    this.name = name;
    this.#isLoaded = isLoaded;
    this.#timerCount = timerCount;
    this.#requestCount = requestCount;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 1 });
    this.#system = system;
    this.#probe = system.spawn(Probe, undefined, { placement: THREAD });
    this.#churn = Array.from({ length: CHURN_COUNT }, () =>
      system.spawn(Churn, undefined, { placement: THREAD }),
    );
    await Promise.all([this.#probe, ...this.#churn].map((actor) => system.started(actor)));
  }

  async round(): Promise<readonly Figure[]> {
    const probe = this.#probe!;
    const port = await probe.ask({ type: 'listen' });
    if (this.#isLoaded) this.#start();
    const timers = await probe.ask({ type: 'timers', count: this.#timerCount });
    const requests = await this.#request(`http://127.0.0.1:${port}/`);
    if (this.#isLoaded) await this.#halt();
    await probe.ask({ type: 'close' });
    await assertConserved(this.#system!);
    check(timers.count === this.#timerCount, () => `${timers.count} timers fired`);
    return [...figuresOf('.timeout', timers), ...figuresOf('.http', requests)];
  }

  /** Each sends to the next, so that none is ever without a message. */
  #start(): void {
    this.#churn.forEach((actor, i) => {
      actor.tell({ type: 'start', to: this.#churn[(i + 1) % CHURN_COUNT]! });
    });
  }

  async #halt(): Promise<void> {
    const handled = await Promise.all(this.#churn.map((actor) => actor.ask({ type: 'halt' })));
    const least = Math.min(...handled);
    const most = this.#timerCount + this.#requestCount;
    check(least > most, () => `an actor of the load handled ${least} messages`);
  }

  /** One request after the other, over one connection that stays open. */
  async #request(url: string): Promise<LatencySummary> {
    const histogram = new LatencyHistogram();
    for (let i = 0; i < this.#requestCount; i++) {
      const startMs = performance.now();
      const body = await this.#get(url);
      check(body === ANSWER, () => `the server said ${body}`);
      histogram.record((performance.now() - startMs) * 1e3);
    }
    return histogram.summary();
  }

  #get(url: string): Promise<string> {
    return new Promise((resolve, reject) => {
      get(url, { agent: this.#agent }, (response) => {
        text(response).then(resolve, reject);
      }).on('error', reject);
    });
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#system?.stop();
  }
}

function figuresOf(prefix: string, { p50Us, p99Us, maxUs }: LatencySummary): Figure[] {
  return [
    { suffix: `${prefix}.p50`, value: p50Us, unit: 'us' },
    { suffix: `${prefix}.p99`, value: p99Us, unit: 'us' },
    { suffix: `${prefix}.max`, value: maxUs, unit: 'us' },
  ];
}

/** How long I/O waits on a thread that never runs out of messages. */
export const bench: Bench = {
  contests: (scale) => {
    const timers = countOf(scale, 200, 20);
    const requests = countOf(scale, 200, 20);
    return [
      {
        bench: 'io-fairness',
        subjects: [
          new FairnessSubject('troupe', true, timers, requests),
          new FairnessSubject('no-load', false, timers, requests),
        ],
      },
    ];
  },
};
