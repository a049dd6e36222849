import type { ActorRef, Request } from '../../runtime/index.js';
import type { CacheSettings } from './options.js';
import type { Entry } from './store/entry.js';
import type { CacheStatistics, RemovalReason } from './store/statistics.js';
import type { TopologyData } from './topology.js';

/** How a value is written. Times in milliseconds. */
export interface Write {
  /** Undefined: it is remembered that there is nothing. */
  readonly value: unknown;
  /** Of the encoded key and value. */
  readonly bytes: number;
  readonly ttlMs: number;
  /** Kept after its time for so long, to be served stale. */
  readonly keepMs: number;
  readonly sliding: boolean;
  readonly tags: readonly string[] | null;
}

/** When a write is done: always, or if the key is absent, present, or has just that version. */
export type WriteCondition = 'always' | 'absent' | 'present' | number;

/** One thing to do with one key. */
export type Operation =
  /** Answered with the value, or undefined. */
  | { readonly op: 'get'; readonly key: string }
  /** Answered with a {@link FreshEntry}, or undefined. */
  | { readonly op: 'entry'; readonly key: string }
  /** Answered with a boolean. */
  | { readonly op: 'has'; readonly key: string }
  /** Answered with the version; 0 or below when the condition did not hold: the version present, negated. */
  | {
      readonly op: 'set';
      readonly key: string;
      readonly write: Write;
      readonly when: WriteCondition;
      readonly keepTtl: boolean;
    }
  /** Answered with a boolean. */
  | { readonly op: 'delete'; readonly key: string; readonly when: WriteCondition }
  /** Answered with the sum, `out-of-bounds` or `not-a-number`. */
  | {
      readonly op: 'increment';
      readonly key: string;
      readonly by: number;
      readonly initial: number;
      readonly min: number;
      readonly max: number;
      readonly ttlMs: number;
      readonly bytes: number;
    }
  /** Answered with a {@link LeaseReply}. */
  | { readonly op: 'lease'; readonly key: string }
  /** What a loader gave, answered with whether it was kept. A time to live of 0: only for those who wait. */
  | {
      readonly op: 'fill';
      readonly key: string;
      readonly token: number;
      readonly write: Write;
      readonly costMs: number;
    }
  /**
   * A loader failed, or was given up (`error` null: those who wait load again). Answered with a stale value that
   * may be used instead, or undefined.
   */
  | { readonly op: 'fail'; readonly key: string; readonly token: number; readonly error: unknown };

/** An entry that is in time. */
export interface FreshEntry {
  readonly value: unknown;
  readonly version: number;
  readonly freshUntilMs: number;
}

/** What a caller who wants a value or else its loader to run is told. */
export type LeaseReply =
  /** Here it is; undefined: it is known that there is none. */
  | { readonly state: 'hit'; readonly value: unknown }
  /** Here is one that is old, or will be soon; load a new one if there is a token (not 0). */
  | { readonly state: 'stale'; readonly value: unknown; readonly token: number }
  /** Load it. */
  | { readonly state: 'load'; readonly token: number }
  /** Another caller loads it: `await` it. */
  | { readonly state: 'wait' };

/** How a load ended for those who waited. */
export type LoadOutcome =
  | { readonly state: 'done'; readonly value: unknown }
  | { readonly state: 'failed'; readonly error: unknown }
  /** It was given up, or its result is not valid any more: ask again. */
  | { readonly state: 'retry' };

/** The keys asked for are, in part, with other shards, according to a topology of that version. */
export interface Moved {
  readonly moved: number;
}

/** A change of one entry for a copy; without an entry it was deleted. */
export interface Change {
  readonly key: string;
  readonly version: number;
  readonly entry: Entry | null;
}

/** Many entries to be invalidated. */
export interface Invalidation {
  readonly kind: 'tag' | 'prefix' | 'all';
  readonly text: string;
}

/** Told to those who listen to a cache. */
export type CacheEarMessage =
  | { type: 'changed'; keys: readonly string[]; version: number }
  | { type: 'removed'; removals: readonly CacheRemoval[] };

/** An entry that is gone. */
export interface CacheRemoval {
  readonly key: string;
  readonly reason: RemovalReason;
  readonly version: number;
}

/** Who listens, and to what. */
export interface Listener {
  readonly ref: ActorRef<CacheEarMessage>;
  readonly changes: boolean;
  readonly removals: boolean;
}

/** What a shard has to know: which shards there are, and were before a change that is under way. */
export interface ShardSetup {
  readonly topology: TopologyData;
  readonly previous: TopologyData | null;
  readonly listeners: readonly Listener[];
  /** It was alive before and may find copies of what it had with others. */
  readonly recovers: boolean;
}

/** The protocol of a shard. */
export type CacheShardMessage =
  | Request<
      { type: 'batch'; version: number; operations: readonly Operation[] },
      readonly unknown[] | Moved
    >
  | Request<{ type: 'gets'; version: number; keys: readonly string[] }, readonly unknown[] | Moved>
  | Request<{ type: 'await'; version: number; key: string }, LoadOutcome | Moved>
  | Request<{ type: 'invalidate'; version: number; what: Invalidation }, number | Moved>
  | Request<{ type: 'statistics' }, CacheStatistics>
  | { type: 'configure'; setup: ShardSetup }
  | Request<{ type: 'listeners'; listeners: readonly Listener[] }, void>
  | Request<{ type: 'peek'; version: number; keys: readonly string[] }, readonly Entry[]>
  | Request<
      { type: 'adopt'; version: number; entries: readonly Entry[]; versionFloor: number },
      void
    >
  | Request<{ type: 'replicate'; version: number; changes: readonly Change[] }, void>
  | Request<{ type: 'resend'; to: string; version: number }, void>
  | { type: 'sweep' };

/** The protocol of the actor that owns the shards of a cache. */
export type CacheMessage =
  | Request<{ type: 'topology' }, { topology: TopologyData; settings: CacheSettings }>
  | { type: 'hello'; id: string }
  | Request<{ type: 'resize'; shardCount: number }, number>
  | { type: 'drained'; id: string; version: number }
  | Request<{ type: 'listen'; listener: Listener }, void>
  | { type: 'listener-gone'; id: string };
