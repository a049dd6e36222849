import type { RemovalReason } from './statistics.js';

/** How a store is made. Every field has a default. */
export interface StoreOptions {
  /** 100,000 when left out. */
  readonly maxEntries?: number;
  /** Of encoded keys and values; no bound when left out. */
  readonly maxBytes?: number;
  /** `tiny-lfu` when left out. */
  readonly eviction?: 'tiny-lfu' | 'lru';
  /** Is told of every entry that goes. */
  readonly onRemoved?: ((key: string, reason: RemovalReason, version: number) => void) | undefined;
}
