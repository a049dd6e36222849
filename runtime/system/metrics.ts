import type { ControlBlock } from '../memory/control-block.js';
import { COUNTERS, type CounterName, readCounters } from '../memory/counters.js';

/** The counters of a system at one moment. */
export interface SystemMetrics {
  /** By member: 0 is the main thread. */
  readonly threads: readonly Readonly<Record<CounterName, number>>[];
  readonly total: Readonly<Record<CounterName, number>>;
  /** Dead letters of all reasons. */
  readonly deadLetters: number;
  /**
   * Messages under way: in mailboxes, stashes, rings and overflow queues. With no thread ever killed
   * `sent = handled + deadLetters + queued`; after kills it may be up to `total.lostAtMost` more.
   *
   * A thread that dies while it reads has counted messages that the next one reads and counts again: `queued` is
   * too low by these from then on, and may be negative. What a stop leaves unread in a ring stays queued.
   */
  readonly queued: number;
}

/** Reads all counters. They belong to other threads: a sum over a busy system is a little blurred. */
export function readMetrics(control: ControlBlock): SystemMetrics {
  const threads = Array.from({ length: control.members }, (_, member) =>
    readCounters(control.counters(member)),
  );
  const total = Object.fromEntries(
    COUNTERS.map((name) => [name, threads.reduce((sum, row) => sum + row[name], 0)]),
  ) as Record<CounterName, number>;
  const deadLetters = COUNTERS.filter((name) => name.startsWith('dead:')).reduce(
    (sum, name) => sum + total[name],
    0,
  );
  const inMailboxes = total.enqueued - total.handled - total.deadFromMailbox;
  const inRings = total.published - total.received;
  const inOverflow = total.sentRemote - total.published - total.deadFromOverflow;
  return {
    threads,
    total,
    deadLetters,
    queued: inMailboxes + inRings + inOverflow + total.held,
  };
}
