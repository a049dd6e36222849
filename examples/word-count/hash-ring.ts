/** Points of each shard: enough to even out their shares to a few percent. */
const POINTS_PER_SHARD = 64;

/**
 * Consistent hashing: each shard has many points on a ring of 32-bit hashes, and a key belongs to the next
 * point. Another shard more would move only its own share of the keys.
 *
 * Source: Karger et al., "Consistent Hashing and Random Trees", STOC 1997.
 */
export class HashRing {
  readonly #hashes: Uint32Array;
  readonly #shards: Uint16Array;

  /** @param shardCount 1 to 1000 */
  constructor(shardCount: number) {
    const points: { hash: number; shard: number }[] = [];
    for (let shard = 0; shard < shardCount; shard++) {
      for (let point = 0; point < POINTS_PER_SHARD; point++) {
        points.push({ hash: hash32(`${shard}/${point}`), shard });
      }
    }
    points.sort((one, other) => one.hash - other.hash || one.shard - other.shard);
    this.#hashes = Uint32Array.from(points, ({ hash }) => hash);
    this.#shards = Uint16Array.from(points, ({ shard }) => shard);
  }

  /** The shard of a key, the same on every thread. */
  shardOf(key: string): number {
    const hash = hash32(key);
    let low = 0;
    let high = this.#hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#hashes[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return this.#shards[low === this.#hashes.length ? 0 : low]!;
  }
}

/** FNV-1a over UTF-16 code units with the final avalanche of MurmurHash3. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
