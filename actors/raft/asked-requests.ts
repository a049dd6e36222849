import type { Requester } from '../../runtime/index.js';

/** What is answered when all its parts are decided: one request, or the commands of one message. */
export interface Asked {
  readonly requester: Requester<never>;
  readonly atMs: number;
  readonly outcomes: unknown[];
  readonly isBatch: boolean;
  leftCount: number;
}

interface Place {
  readonly asked: Asked;
  readonly slot: number;
}

/** What is said of what was never decided. */
const UNKNOWN = { type: 'unknown' } as const;

function answer({ requester, outcomes, isBatch }: Asked): void {
  (requester as Requester<unknown>).reply(isBatch ? outcomes : outcomes[0]);
}

/** Who waits for which request of a node. Requests have numbers, in the order in which they came. */
export class AskedRequests {
  #places = new Map<number, Place>();
  #next = 1;

  /** A message with so many commands, to be answered as one. */
  batch(requester: Requester<never>, leftCount: number, atMs: number): Asked {
    const outcomes = new Array<unknown>(leftCount).fill(UNKNOWN);
    const asked = { requester, atMs, outcomes, isBatch: true, leftCount };
    if (leftCount === 0) answer(asked);
    return asked;
  }

  /** A message with one request. @returns its number */
  one(requester: Requester<never>, atMs: number): number {
    return this.add({ requester, atMs, outcomes: [UNKNOWN], isBatch: false, leftCount: 1 }, 0);
  }

  /** @returns the number of this part of what was asked */
  add(asked: Asked, slot: number): number {
    const request = this.#next++;
    this.#places.set(request, { asked, slot });
    return request;
  }

  decide(request: number, outcome: unknown): void {
    const place = this.#places.get(request);
    if (place === undefined) return;
    this.#places.delete(request);
    place.asked.outcomes[place.slot] = outcome;
    if (--place.asked.leftCount === 0) answer(place.asked);
  }

  /** Whoever has waited since then is told that nobody knows. @returns the numbers that are given up */
  expire(beforeMs: number): number[] {
    const expired: number[] = [];
    for (const [request, { asked }] of this.#places) {
      if (asked.atMs >= beforeMs) break;
      expired.push(request);
    }
    for (const request of expired) this.decide(request, UNKNOWN);
    return expired;
  }
}
