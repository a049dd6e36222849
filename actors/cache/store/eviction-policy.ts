/** What a cache may hold. */
export interface Bounds {
  /** 1 to 2^24. */
  readonly maxEntries: number;
  /** Of encoded keys and values; Infinity for no bound. */
  readonly maxBytes: number;
}

/** Who has to go when a cache is full. Slots are numbers of entries, below the capacity last given. */
export interface EvictionPolicy {
  grow(capacity: number): void;
  /** An entry has come. @param hash 32 bits of its key */
  added(slot: number, hash: number, bytes: number): void;
  /** An entry was read. */
  read(slot: number): void;
  /** An entry was written again. */
  written(slot: number, bytes: number): void;
  removed(slot: number): void;
  /** Whom to evict now; -1 when there is none. The caller removes it. */
  victim(): number;
}
