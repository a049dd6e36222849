import { defineActor } from '../../../runtime/index.js';
import type { CacheEarMessage, CacheRemoval } from '../protocol.js';

/** What is done with what is heard. */
export interface EarHandlers {
  changed(keys: readonly string[]): void;
  removed(removals: readonly CacheRemoval[]): void;
}

/**
 * The handlers of the ears of this thread. Functions cannot be arguments of an actor; a number under which
 * they lie here can.
 */
const HANDLERS = new Map<number, EarHandlers>();
let lastNumber = 0;

/** Puts handlers where the ear of that number finds them. */
export function registerEar(handlers: EarHandlers): number {
  HANDLERS.set(++lastNumber, handlers);
  return lastNumber;
}

/** Hears for a client of the same thread what changes in a cache. */
export const CacheEar = defineActor<CacheEarMessage>()({
  module: import.meta.url,
  name: 'CacheEar',
  mailbox: { capacity: 1_000_000 },
  init: ({ number }: { readonly number: number }) => number,
  handlers: {
    changed: (number, { keys }) => HANDLERS.get(number)?.changed(keys),
    removed: (number, { removals }) => HANDLERS.get(number)?.removed(removals),
  },
  stopped: (number, reason) => {
    if (reason.type !== 'failed') HANDLERS.delete(number);
  },
});
