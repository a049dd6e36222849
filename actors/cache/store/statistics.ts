/** Why an entry is not there any more. */
export type RemovalReason =
  | 'expired'
  | 'evicted'
  | 'replaced'
  | 'deleted'
  | 'invalidated'
  | 'cleared'
  | 'moved';

/** All reasons. */
export const REMOVAL_REASONS: readonly RemovalReason[] = [
  'expired',
  'evicted',
  'replaced',
  'deleted',
  'invalidated',
  'cleared',
  'moved',
];

/** What a cache has done since its start; of several shards, the sums. */
export interface CacheStatistics {
  /** Entries held now, those that have expired and were not swept yet included. */
  entries: number;
  /** Of their encoded keys and values. */
  bytes: number;
  hits: number;
  misses: number;
  /** Hits on entries which say that there is nothing. */
  negativeHits: number;
  /** Values served after their time, while a new one was loaded or because that failed. */
  staleHits: number;
  writes: number;
  /** Loads that were given to a caller. */
  loads: number;
  loadFailures: number;
  /** Callers who were given the result of another's load. */
  coalesced: number;
  /** Loads whose result was not kept, because the key was written or invalidated meanwhile. */
  discardedLoads: number;
  /** All loads that ended well, together. */
  loadMs: number;
  longestLoadMs: number;
  /** Keys asked for under an old placement and sent elsewhere. */
  moved: number;
  /** Writes of which a copy could not be made. */
  replicaFailures: number;
  /** Entries that are gone, by reason. */
  removed: Record<RemovalReason, number>;
}

/** All at zero. */
export function noStatistics(): CacheStatistics {
  return {
    entries: 0,
    bytes: 0,
    hits: 0,
    misses: 0,
    negativeHits: 0,
    staleHits: 0,
    writes: 0,
    loads: 0,
    loadFailures: 0,
    coalesced: 0,
    discardedLoads: 0,
    loadMs: 0,
    longestLoadMs: 0,
    moved: 0,
    replicaFailures: 0,
    removed: {
      expired: 0,
      evicted: 0,
      replaced: 0,
      deleted: 0,
      invalidated: 0,
      cleared: 0,
      moved: 0,
    },
  };
}

/** Adds one to another: sums, but for `longestLoadMs`. */
export function addStatistics(total: CacheStatistics, other: CacheStatistics): void {
  const { removed, longestLoadMs, ...counts } = other;
  for (const [name, count] of Object.entries(counts)) total[name as keyof typeof counts] += count;
  for (const reason of REMOVAL_REASONS) total.removed[reason] += removed[reason];
  total.longestLoadMs = Math.max(total.longestLoadMs, longestLoadMs);
}
