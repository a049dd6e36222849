import type { Requester } from '../../runtime/index.js';
import type { CommandOutcome } from './outcome.js';
import { packOutcomes } from './packed-outcomes.js';

/** What is answered when all its parts are decided: one request, or the commands of one message. */
export interface Asked {
  readonly requester: Requester<never>;
  readonly atMs: number;
  /** Number of its first part. */
  readonly first: number;
  /** Of each part, undefined until it is decided. */
  readonly outcomes: unknown[];
  readonly isBatch: boolean;
  leftCount: number;
}

/** What is said of what was never decided. */
const UNKNOWN = { type: 'unknown' } as const;
/** Numbers of requests come in blocks of so many, each of one message: so a message is found by its block. */
const BLOCK_COUNT = 1024;

/** Who waits for which request of a node. Requests have numbers, in the order in which they came. */
export class AskedRequests {
  readonly #leader: () => number;
  /** Null while nobody waits. */
  #blocks: Map<number, Asked> | null = null;
  #next = BLOCK_COUNT;

  /** @param leader says who leads, 0 if unknown: clients are told with the answer */
  constructor(leader: () => number) {
    this.#leader = leader;
  }

  /** A message with so many commands, to be answered as one. @returns the number of the first; the others follow */
  batch(requester: Requester<never>, count: number, atMs: number): number {
    const first = this.#register(requester, count, true, atMs);
    if (count === 0) this.#answer(this.#blocks!.get(first / BLOCK_COUNT)!);
    return first;
  }

  /** A message with one request. @returns its number */
  one(requester: Requester<never>, atMs: number): number {
    return this.#register(requester, 1, false, atMs);
  }

  #register(
    requester: Requester<never>,
    leftCount: number,
    isBatch: boolean,
    atMs: number,
  ): number {
    const first = this.#next;
    const outcomes = new Array<unknown>(leftCount).fill(undefined);
    const asked: Asked = { requester, atMs, first, outcomes, isBatch, leftCount };
    this.#blocks ??= new Map();
    do {
      this.#blocks.set(this.#next / BLOCK_COUNT, asked);
      this.#next += BLOCK_COUNT;
    } while (this.#next < first + leftCount);
    return first;
  }

  decide(request: number, outcome: unknown): void {
    const asked = this.#blocks?.get(Math.floor(request / BLOCK_COUNT));
    if (asked === undefined) return;
    const place = request - asked.first;
    if (asked.outcomes[place] !== undefined || place >= asked.outcomes.length) return;
    asked.outcomes[place] = outcome;
    if (--asked.leftCount === 0) this.#answer(asked);
  }

  #answer({ requester, first, outcomes, isBatch }: Asked): void {
    const end = first + Math.max(outcomes.length, 1);
    for (let at = first; at < end; at += BLOCK_COUNT) this.#blocks!.delete(at / BLOCK_COUNT);
    if (this.#blocks!.size === 0) this.#blocks = null;
    (requester as Requester<unknown>).reply(
      isBatch ? packOutcomes(outcomes as CommandOutcome<unknown>[], this.#leader()) : outcomes[0],
    );
  }

  /** Whoever has waited since then is told that nobody knows. @returns the numbers that are given up */
  expire(beforeMs: number): number[] {
    const expired: number[] = [];
    for (const [block, { atMs, first, outcomes }] of this.#blocks ?? []) {
      if (atMs >= beforeMs) break;
      if (block !== first / BLOCK_COUNT) continue;
      for (let place = 0; place < outcomes.length; place++) {
        if (outcomes[place] === undefined) expired.push(first + place);
      }
    }
    for (const request of expired) this.decide(request, UNKNOWN);
    return expired;
  }
}
