/** Durations of a journal that are measured: see `DurationMeter`. */
export const JOURNAL_DURATIONS = ['journalTransact', 'journalCommit', 'journalFlush'] as const;

/**
 * | duration          | from, to                                                                               |
 * | ----------------- | -------------------------------------------------------------------------------------- |
 * | `journalTransact` | a transaction has reached its writer, and has its answer                               |
 * | `journalCommit`   | a group of transactions is begun, and committed                                        |
 * | `journalFlush`    | of that, the wait for the store to commit and flush: LMDB's commit, PostgreSQL's COMMIT |
 */
export type JournalDuration = (typeof JOURNAL_DURATIONS)[number];

/** Counts durations into the histograms of a thread, where `metrics` is on. */
export interface DurationMeter {
  /** Monotonic milliseconds, for the two ends of a duration. */
  now(): number;
  record(name: JournalDuration, durationMs: number): void;
}
