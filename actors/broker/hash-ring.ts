import { hash32 } from '../../runtime/index.js';

/** Points of each shard: enough to even out their shares to a few percent. */
const POINTS_PER_SHARD = 160;

/**
 * Consistent hashing: which shard a place belongs to. Another shard more moves only its own share.
 *
 * Source: Karger et al., "Consistent Hashing and Random Trees", STOC 1997.
 */
export class ShardRing {
  readonly #points: readonly { readonly hash: number; readonly shard: number }[];

  /** @param shardCount at least 1 */
  constructor(shardCount: number) {
    const points: { hash: number; shard: number }[] = [];
    for (let shard = 0; shard < shardCount; shard++) {
      for (let i = 0; i < POINTS_PER_SHARD; i++)
        points.push({ hash: hash32(`${shard}/${i}`), shard });
    }
    this.#points = points.sort((a, b) => a.hash - b.hash || a.shard - b.shard);
  }

  /** The shard of a key, the same on every thread. */
  shardOf(key: string): number {
    const hash = hash32(key);
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#points[middle]!.hash < hash) low = middle + 1;
      else high = middle;
    }
    return this.#points[low % this.#points.length]!.shard;
  }
}
