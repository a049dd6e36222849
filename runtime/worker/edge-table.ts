import type { Clock } from '../base/clock.js';
import type { AnyRef } from '../ref/actor-ref.js';

/** Messages from one counted to the next. A prime: bursts of a round number are met at all their places. */
const SAMPLE_EVERY = 17;
/** Pairs that are counted at once. */
const EDGE_COUNT = 512;
/** Counts are halved after this time, so that the past fades. */
const HALF_LIFE_MS = 10_000;

/** Two actors on different threads, and what the one sends the other. */
export interface Edge {
  readonly from: AnyRef;
  readonly to: AnyRef;
  /** Messages per second, estimated from one of 17. */
  readonly perSecond: number;
}

interface Counted {
  readonly from: AnyRef;
  readonly to: AnyRef;
  count: number;
}

/**
 * Which actors of this thread talk most to actors of others: they may be better off on one thread. Bounded:
 * where there are more pairs than it holds, those seldom met make room (lossy counting; Manku and Motwani,
 * VLDB 2002).
 *
 * @thread owner
 */
export class EdgeTable {
  readonly #clock: Clock;
  readonly #sender: () => AnyRef | null;
  readonly #edges = new Map<string, Counted>();
  #untilSample = SAMPLE_EVERY;
  #sinceMs: number;

  /** @param sender the actor that runs now; null outside of actors */
  constructor(clock: Clock, sender: () => AnyRef | null) {
    this.#clock = clock;
    this.#sender = sender;
    this.#sinceMs = clock.now();
  }

  /** A message goes to an actor on another thread. */
  sent(to: AnyRef): void {
    if (--this.#untilSample > 0) return;
    this.#untilSample = SAMPLE_EVERY;
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
    const edges = [...this.#edges.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, limit)
      .map(({ from, to, count }) => ({ from, to, perSecond: (count * SAMPLE_EVERY) / seconds }));
    if (now - this.#sinceMs >= HALF_LIFE_MS) this.#fade();
    return edges;
  }

  /** Halves counts and the time they are of; what falls to nothing is forgotten. */
  #fade(): void {
    const now = this.#clock.now();
    this.#sinceMs = now - (now - this.#sinceMs) / 2;
    for (const [key, edge] of this.#edges) {
      edge.count >>= 1;
      if (edge.count === 0) this.#edges.delete(key);
    }
  }
}
