import { TroupeError } from '../base/errors.js';

/** What a mailbox does with a message for which there is no room. */
export const OVERFLOW_POLICIES = {
  reject: 'the newest message is refused',
  'drop-oldest': 'the oldest message that may be dropped gives way',
  fail: "the sender's call fails",
  wait: 'the sender waits for room',
} as const;

/** The name of an overflow policy. */
export type OverflowPolicy = keyof typeof OVERFLOW_POLICIES;

/** Most messages a mailbox holds unless told otherwise. */
export const DEFAULT_MAILBOX_CAPACITY = 65_536;

/** The largest capacity that can be asked for. */
export const MAX_MAILBOX_CAPACITY = 2 ** 30;

/** What a user can say about the mailbox of an actor. */
export interface MailboxSettings {
  /** Most messages held, an integer from 1 to 2^30; 65,536 when left out. */
  readonly capacity?: number | undefined;
  /** What happens when it is full; `reject` when left out. */
  readonly overflow?: OverflowPolicy | undefined;
  /**
   * The urgency of a message, the lower number first; equals in order of arrival. Called when a
   * message arrives. A message for which it throws, or answers no number, comes last.
   */
  readonly priority?: ((message: unknown) => number) | undefined;
}

/** What a mailbox has to know about the items it holds; the same functions for all of a kind. */
export interface MailboxTraits<T> {
  /** The user's message in an item: the argument of `priority`. */
  readonly messageOf: (item: T) => unknown;
  /** False for an item that `drop-oldest` must not evict. The answer for an item never changes. */
  readonly droppable: (item: T) => boolean;
  /** Told of each item whose priority is unknown, with what was thrown or answered instead. */
  readonly onUnranked: ((item: T, instead: unknown) => void) | undefined;
}

/** Complete and checked options, one frozen object for all mailboxes of a kind of actor. */
export interface MailboxOptions<T> extends MailboxTraits<T> {
  readonly capacity: number;
  readonly overflow: OverflowPolicy;
  readonly priority: ((message: unknown) => number) | undefined;
}

/** True when both say the same about a mailbox, word for word. */
export function sameSettings(
  one: MailboxSettings | undefined,
  other: MailboxSettings | undefined,
): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  const keys = Object.keys(one) as (keyof MailboxSettings)[];
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

/**
 * Checks what a user said about a mailbox and completes it.
 * @param where whose mailbox it is, for the error
 * @throws {TroupeError} ERR_OPTION for a value outside its range and for an unknown key
 */
export function mailboxOptions<T>(
  settings: MailboxSettings,
  traits: MailboxTraits<T>,
  where: string,
): MailboxOptions<T> {
  if (typeof settings !== 'object' || settings === null) {
    throw refusal(where, 'mailbox', settings, 'give an object, or leave it out');
  }
  for (const key of Object.keys(settings)) {
    if (!KEYS.includes(key)) {
      const what = `mailbox.${key} is no option`;
      throw new TroupeError('ERR_OPTION', { what, where, mend: `use ${KEYS.join(', ')}` });
    }
  }
  const { capacity = DEFAULT_MAILBOX_CAPACITY, overflow = 'reject', priority } = settings;
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_MAILBOX_CAPACITY) {
    throw refusal(where, 'mailbox.capacity', capacity, 'use an integer from 1 to 2^30');
  }
  const policies = Object.keys(OVERFLOW_POLICIES);
  if (!policies.includes(overflow)) {
    throw refusal(where, 'mailbox.overflow', overflow, `use one of ${policies.join(', ')}`);
  }
  if (priority !== undefined && typeof priority !== 'function') {
    throw refusal(where, 'mailbox.priority', priority, 'give a function from message to number');
  }
  const { messageOf, droppable, onUnranked } = traits;
  return Object.freeze({ capacity, overflow, priority, messageOf, droppable, onUnranked });
}

const KEYS: readonly string[] = ['capacity', 'overflow', 'priority'];

function refusal(where: string, option: string, value: unknown, mend: string): TroupeError {
  const isObject = typeof value === 'object' && value !== null;
  const shown = isObject ? 'an object' : typeof value === 'string' ? `'${value}'` : String(value);
  return new TroupeError('ERR_OPTION', { what: `${option} is ${shown}`, where, mend });
}
