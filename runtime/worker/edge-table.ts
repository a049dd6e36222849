import type { Clock } from '../base/clock.js';
import type { AnyRef } from '../ref/actor-ref.js';

/** Publications from one counted to the next. A prime: what comes in rounds is met at all its places. */
const SAMPLE_EVERY = 17;
/** Pairs that are counted at once. */
const EDGE_COUNT = 512;
/** Counts are halved after this time, so that the past fades. */
const HALF_LIFE_MS = 10_000;

/** Two actors on different threads, and what the one sends the other. */
export interface Edge {
  readonly from: AnyRef;
  readonly to: AnyRef;
  /** Messages per second: its share of the samples in all that the thread sends to others. */
  readonly perSecond: number;
}

interface Counted {
  readonly from: AnyRef;
  readonly to: AnyRef;
  count: number;
}

/**
 * Which actors of this thread talk most to actors of others: they may be better off on one thread. Looks at the
 * first message of each 17th publication, which costs a stream nothing. Bounded: where there are more pairs than it holds, those seldom met make room (lossy counting; Manku and Motwani,
 * VLDB 2002).
 *
 * @thread owner
 */
export class EdgeTable {
  readonly #clock: Clock;
  readonly #sender: () => AnyRef | null;
  readonly #sentCount: () => number;
  readonly #edges = new Map<string, Counted>();
  #untilSample = SAMPLE_EVERY;
  #samples = 0;
  #sinceMs: number;
  #sentBefore: number;

  /**
   * @param sender the actor that runs now; null outside of actors
   * @param sentCount messages sent to other threads so far
   */
  constructor(clock: Clock, sender: () => AnyRef | null, sentCount: () => number) {
    this.#clock = clock;
    this.#sender = sender;
    this.#sentCount = sentCount;
    this.#sinceMs = clock.now();
    this.#sentBefore = sentCount();
  }

  /** The first message of a publication goes to an actor on another thread. */
  sent(to: AnyRef): void {
    if (--this.#untilSample > 0) return;
    this.#untilSample = SAMPLE_EVERY;
    this.#samples++;
    const from = this.#sender();
    if (from === null) return;
    const key = `${from.id} ${to.id}`;
    const known = this.#edges.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    while (this.#edges.size >= EDGE_COUNT) this.#fade();
    this.#edges.set(key, { from, to, count: 1 });
  }

  /** The busiest pairs, busiest first. */
  busiest(limit: number): readonly Edge[] {
    const now = this.#clock.now();
    const seconds = Math.max(now - this.#sinceMs, 1) / 1000;
    const perSample = (this.#sentCount() - this.#sentBefore) / Math.max(this.#samples, 1);
    const edges = [...this.#edges.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, limit)
      .map(({ from, to, count }) => ({ from, to, perSecond: (count * perSample) / seconds }));
    if (now - this.#sinceMs >= HALF_LIFE_MS) this.#fade();
    return edges;
  }

  /** Halves counts and the time they are of; what falls to nothing is forgotten. */
  #fade(): void {
    const now = this.#clock.now();
    const sent = this.#sentCount();
    this.#sinceMs = now - (now - this.#sinceMs) / 2;
    this.#sentBefore = sent - (sent - this.#sentBefore) / 2;
    this.#samples /= 2;
    for (const [key, edge] of this.#edges) {
      edge.count >>= 1;
      if (edge.count === 0) this.#edges.delete(key);
    }
  }
}
