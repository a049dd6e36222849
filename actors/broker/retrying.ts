import { setTimeout } from 'node:timers/promises';
import { hasCode } from '../../runtime/index.js';

/** From the first pause to the longest, while a shard begins anew. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

/** Pauses between tries that wait for somebody to come back. */
export class Pauses {
  #pauseMs = FIRST_PAUSE_MS;

  /** It went well. */
  reset(): void {
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /** Waits, longer each time. */
  async next(): Promise<void> {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    await setTimeout(pauseMs);
  }
}

/** True for an error that says of an answer that it has not arrived, not that there is none. */
export function isLoss(error: unknown): boolean {
  return (
    hasCode(error, 'ERR_THREAD_DIED') ||
    hasCode(error, 'ERR_ASK_TIMEOUT') ||
    hasCode(error, 'ERR_DAMAGED')
  );
}

/** True for an error after which a shard is there again soon. */
export function isPassing(error: unknown): boolean {
  return (
    hasCode(error, 'ERR_BROKER_CLOSED') ||
    hasCode(error, 'ERR_THREAD_DIED') ||
    hasCode(error, 'ERR_ASK_TIMEOUT') ||
    hasCode(error, 'ERR_ACTOR_FAILED')
  );
}
