/**
 * What is counted, for each member of the mesh, in shared memory: any thread may read all of it, each
 * thread writes only its own row. The values are f64, exact up to 2^53, written with plain stores;
 * a reader on another thread may see a value that is a few instructions old.
 *
 * The law that the tests hold over the whole system, with no thread ever killed:
 * `sent = handled + dead + queued`, where `queued` is what lies in mailboxes, stashes, rings and
 * overflow queues, or is held for an actor still to be made. When a thread is killed, up to `lostAtMost` of `sent` are missing on the right.
 */
export const COUNTERS = [
  /** User messages given to `tell`, `ask`, `send`, `forward`, and fired timers. */
  'sent',
  /** Of these, sent to another thread: encoded into a ring or an overflow queue. */
  'sentRemote',
  /** Of these, published in a ring, so that they survive the death of the sending thread. */
  'published',
  /** User messages taken out of rings. */
  'received',
  /** Of these, kept at present for an actor that has not been made yet: goes up and down. */
  'held',
  /** User messages put into a mailbox or handed to a waiting sender's place in it. */
  'enqueued',
  /** User messages whose handler was called; also when it failed. */
  'handled',
  /** Dead letters that had been in a mailbox, a stash or in hand; and what was lost there with a thread. */
  'deadFromMailbox',
  /** Dead letters that had waited in an overflow queue; and what was lost there with a thread. */
  'deadFromOverflow',
  /** Upper bound of the messages that killed threads took with them. */
  'lostAtMost',
  /** Asks made, and what became of them. */
  'asks',
  'replies',
  'askTimeouts',
  'lateReplies',
  /** Actors of this thread: started, stopped, failed incarnations, restarts. */
  'spawned',
  'terminated',
  'failures',
  'restarts',
  /** Turns of the scheduler, times the thread parked, doorbells it rang. */
  'turns',
  'parks',
  'bells',
  /** Bytes published into rings. */
  'bytesPublished',
  /** Dead letters by reason, in the order of DEAD_LETTER_REASONS. */
  'dead:no-such-actor',
  'dead:stopped',
  'dead:mailbox-full',
  'dead:evicted',
  'dead:overflow-full',
  'dead:unhandled',
  'dead:stale-timer',
  'dead:damaged',
  'dead:thread-died',
  'dead:attachment-lost',
  'dead:system-stopped',
] as const;

/** The name of a counter. */
export type CounterName = (typeof COUNTERS)[number];

/** Index of each counter in a row. */
export const CounterIndex = Object.fromEntries(COUNTERS.map((name, index) => [name, index])) as {
  readonly [N in CounterName]: number;
};

/** A row, rounded up so that rows of different threads do not share a cache line pair. */
export const COUNTER_ROW_LENGTH = Math.ceil(COUNTERS.length / 16) * 16;

/** Messages in the mailboxes of a thread, of the row of its counters. */
export function mailboxLoad(row: Float64Array): number {
  return (
    row[CounterIndex.enqueued]! - row[CounterIndex.handled]! - row[CounterIndex.deadFromMailbox]!
  );
}

/** Why a message became a dead letter. */
export const DEAD_LETTER_REASONS = COUNTERS.filter((name) => name.startsWith('dead:')).map((name) =>
  name.slice('dead:'.length),
) as readonly DeadLetterReason[];

/** A reason of a dead letter: the counters that begin with `dead:`. */
export type DeadLetterReason = CounterName extends infer N
  ? N extends `dead:${infer R}`
    ? R
    : never
  : never;

/** The row of one thread as an object: for people and tests, not for the hot path. */
export function readCounters(row: Float64Array): Record<CounterName, number> {
  return Object.fromEntries(COUNTERS.map((name, index) => [name, row[index]!])) as Record<
    CounterName,
    number
  >;
}
