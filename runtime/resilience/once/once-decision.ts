import type { OnceRecord } from './once-store.js';

/** What to do with a call under an idempotency key. */
export type OnceAction = 'run' | 'wait' | 'replay' | 'mismatch';

/** What a record means for a call. */
export type OnceSituation = 'absent' | 'over' | 'other' | 'running' | 'finished';

/**
 * | situation  | record                                           | action     |
 * |------------|--------------------------------------------------|------------|
 * | `absent`   | none                                             | `run`      |
 * | `over`     | kept long enough, or its owner's lease has ended | `run`      |
 * | `other`    | of a request with another fingerprint            | `mismatch` |
 * | `running`  | of this request, under way                       | `wait`     |
 * | `finished` | of this request, with its result                 | `replay`   |
 */
export const ONCE_ACTIONS: Readonly<Record<OnceSituation, OnceAction>> = {
  absent: 'run',
  over: 'run',
  other: 'mismatch',
  running: 'wait',
  finished: 'replay',
};

/** The situation of a call; of several that hold the first in the order of the table. */
export function onceSituation(
  record: OnceRecord | undefined,
  fingerprint: string,
  nowMs: number,
): OnceSituation {
  if (record === undefined) return 'absent';
  if (nowMs >= record.untilMs) return 'over';
  if (record.fingerprint !== fingerprint) return 'other';
  return record.status === 'running' ? 'running' : 'finished';
}
