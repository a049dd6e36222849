/** What a thread asks of shared memory or of the model. Words are indices of i32 words in the arena. */
export type Operation =
  /** `Atomics.load` */
  | { readonly kind: 'load'; readonly word: number }
  /** `Atomics.store` */
  | { readonly kind: 'store'; readonly word: number; readonly value: number }
  /** `Atomics.compareExchange`; answers the value before. */
  | {
      readonly kind: 'exchange';
      readonly word: number;
      readonly expected: number;
      readonly value: number;
    }
  /** `Atomics.notify`; answers how many it woke. */
  | { readonly kind: 'notify'; readonly word: number; readonly count: number }
  /** `Atomics.wait` without a timeout: a sleep that is not ended by another thread has no end. */
  | { readonly kind: 'wait'; readonly word: number; readonly expected: number }
  /** `Atomics.waitAsync`; answers a ticket, or {@link NOT_EQUAL}. */
  | { readonly kind: 'waitAsync'; readonly word: number; readonly expected: number }
  /**
   * Sleeps until the waiter of the ticket is notified: the `await` of what `waitAsync` gave. With
   * `mayPass` the thread has something else to do as well, which may come first, at any time.
   */
  | { readonly kind: 'settle'; readonly ticket: number; readonly mayPass?: boolean }
  /** A plain load of one word. */
  | { readonly kind: 'read'; readonly word: number }
  /** A plain store of one word. */
  | { readonly kind: 'write'; readonly word: number; readonly value: number }
  /** Something outside decides; answers 0 to `count - 1`. All are explored. */
  | { readonly kind: 'choose'; readonly count: number }
  /** Adds a number to the history of the thread, which the scenario judges at the end. */
  | { readonly kind: 'report'; readonly value: number };

/**
 * What `wait` answers: notified, not asleep at all, woken by the word of a thread's death, or still a
 * waiter while the thread does something else.
 */
export const WaitResult = { OK: 0, NOT_EQUAL: -1, TOLD: -2, PASSED: -3 } as const;

/** One line of a schedule: what was done and what came of it. */
export function describe(
  operation: Operation,
  result: number,
  nameOf: (word: number) => string,
): string {
  switch (operation.kind) {
    case 'load':
      return `load ${nameOf(operation.word)}: ${result}`;
    case 'store':
      return `store ${nameOf(operation.word)} = ${operation.value}`;
    case 'exchange': {
      const done = result === operation.expected ? `= ${operation.value}` : `fails: ${result}`;
      return `exchange ${nameOf(operation.word)} ${done}`;
    }
    case 'notify':
      return `notify ${nameOf(operation.word)}: ${result} woken`;
    case 'wait':
      return `wait ${nameOf(operation.word)}: ${waitText(result)}`;
    case 'waitAsync':
      return `waitAsync ${nameOf(operation.word)}: ${result < 0 ? 'not equal' : 'registered'}`;
    case 'settle':
      return `await: ${waitText(result)}`;
    case 'read':
      return `read ${nameOf(operation.word)}: ${result}`;
    case 'write':
      return `write ${nameOf(operation.word)} = ${operation.value}`;
    case 'choose':
      return `choose ${result} of ${operation.count}`;
    case 'report':
      return `report ${operation.value}`;
  }
}

function waitText(result: number): string {
  if (result === WaitResult.OK) return 'woken';
  if (result === WaitResult.PASSED) return 'something else comes first';
  return result === WaitResult.TOLD ? 'told of a death' : 'not equal';
}
