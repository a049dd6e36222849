import type { StreamCore } from './stream-core.js';
import { matches } from './subject.js';

/** Messages that one step looks at. */
const LOOK_COUNT = 10_000;

/** Which messages to remove; all of them when nothing is said. */
export interface PurgeFilter {
  /** A subject pattern. */
  readonly subject?: string;
  /** The first sequence. */
  readonly from?: number;
  /** The first sequence that stays. */
  readonly before?: number;
}

/** What a step has removed, and where the next one begins; 0 when it was the last. */
export interface Purged {
  readonly count: number;
  readonly next: number;
}

/** Removes stored messages, whoever has yet to handle them: what is in flight can be settled, and comes no more. */
export function purge(stream: StreamCore, filter: PurgeFilter): Purged {
  const { subject, from = 1, before = Number.MAX_SAFE_INTEGER } = filter;
  const { log } = stream;
  let count = 0;
  let at = log.next(from);
  for (let looked = 0; at !== undefined && at.seq < before; looked++) {
    if (looked === LOOK_COUNT) return { count, next: at.seq };
    if (at.isCommitted && (subject === undefined || matches(subject, at.subject))) {
      stream.remove(at);
      count++;
    }
    at = log.next(at.seq + 1);
  }
  return { count, next: 0 };
}
