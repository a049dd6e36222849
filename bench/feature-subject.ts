import { type ActorRef, ActorSystem } from 'troupe';
import type { FeatureSetup } from './feature-table.js';
import { check, type Figure, rate, type Subject } from './harness.js';
import { expectedSum } from './loads.js';
import { assertConserved, startSystem } from './system.js';
import { Pourer, type PourMessage, Tally, type TallyMessage } from './tally-actors.js';

const BURST = 1000;
const SENDER_THREAD = 1;
/** By the name of the figure: where the receiver lives. */
const RECEIVER_THREADS = { local: 1, cross: 2 } as const;
type Way = keyof typeof RECEIVER_THREADS;

/** The rates of a subject's latest round. */
export type LatestRates = Map<Way, number>;

interface Pair {
  readonly way: Way;
  readonly to: ActorRef<TallyMessage>;
  /** What the receiver has counted in former rounds. */
  count: number;
  sum: number;
}

/** Tells on one thread and to another one, in a system that has a feature or lacks it. */
export class FeatureSubject implements Subject {
  readonly name: 'off' | 'on';
  /** Rates of the latest round: the other subject of the contest compares with them. */
  readonly latest: LatestRates = new Map();
  readonly #setup: FeatureSetup;
  readonly #count: number;
  readonly #reference: FeatureSubject | undefined;
  #system: ActorSystem | undefined;
  #sender: ActorRef<PourMessage> | undefined;
  #pairs: readonly Pair[] = [];

  /**
   * @param count messages of each way in a round
   * @param reference the subject without the feature, for the ratio of this one to it
   */
  constructor(
    name: 'off' | 'on',
    setup: FeatureSetup,
    count: number,
    reference: FeatureSubject | undefined,
  ) {
    this.name = name;
    this.#setup = setup;
    this.#count = count;
    this.#reference = reference;
  }

  async open(): Promise<void> {
    const { system: options, listens = true, receiver } = this.#setup;
    const complete = { threads: 2, ...options };
    const system = await (listens ? startSystem(complete) : ActorSystem.start(complete));
    this.#system = system;
    this.#sender = system.spawn(Pourer, undefined, { placement: SENDER_THREAD });
    const pairs: Pair[] = [];
    for (const [way, thread] of Object.entries(RECEIVER_THREADS) as [Way, number][]) {
      const to =
        receiver === undefined
          ? system.spawn(Tally, undefined, { placement: thread })
          : await receiver(system, thread);
      pairs.push({ way, to, count: 0, sum: 0 });
    }
    this.#pairs = pairs;
  }

  async round(): Promise<readonly Figure[]> {
    const system = this.#system!;
    const stop = this.#setup.beside?.(system);
    try {
      const figures: Figure[] = [];
      for (const pair of this.#pairs) figures.push(...(await this.#pour(pair)));
      await assertConserved(system);
      return figures;
    } finally {
      stop?.();
    }
  }

  async #pour(pair: Pair): Promise<Figure[]> {
    const count = this.#count;
    const work = { type: 'pour', to: pair.to, count, burst: BURST } as const;
    const poured = await this.#sender!.ask(work);
    pair.count += count;
    pair.sum += expectedSum('int', count);
    check(
      poured.count === pair.count && poured.sum === pair.sum,
      () => `${poured.count} with the sum ${poured.sum}, not ${pair.count} with ${pair.sum}`,
    );
    const figure = { ...rate(count, poured.elapsedNs, 'msg/s'), suffix: `.${pair.way}` };
    this.latest.set(pair.way, figure.value);
    return [figure, ...this.#ratio(pair.way, figure.value)];
  }

  /** The rate as a multiple of the reference's latest one, once it has one. */
  #ratio(way: Way, value: number): Figure[] {
    const other = this.#reference?.latest.get(way);
    return other === undefined
      ? []
      : [{ suffix: `.${way}.ratio`, value: value / other, unit: 'x' }];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}
