/** What an entry has besides key, value and time to live. */
export interface EntryExtras {
  /** Milliseconds for which it is kept after its time, to be served stale. */
  readonly keepMs?: number;
  /** Each use begins the time to live anew. */
  readonly sliding?: boolean;
  readonly tags?: readonly string[] | null;
  readonly costMs?: number;
  /** The version it had elsewhere; a new one when left out. */
  readonly version?: number;
}

/** An entry, taken out to be looked at or sent elsewhere. Times are monotonic milliseconds. */
export interface Entry {
  readonly key: string;
  /** Undefined: it says that there is nothing. */
  readonly value: unknown;
  readonly version: number;
  readonly freshUntilMs: number;
  readonly keptUntilMs: number;
  readonly slidingMs: number;
  readonly costMs: number;
  readonly tags: readonly string[] | null;
  readonly bytes: number;
}
