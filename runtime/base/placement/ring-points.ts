/** Bits by which a packed point is shifted: below them lies the index of its node. */
const NODE_RANGE = 2 ** 20;
/** Points that a bucket of the index has on average: a search looks at few. */
const POINTS_PER_BUCKET = 2;
const MAX_BUCKET_BITS = 20;

/**
 * The points of a ring, sorted by hash, ties by node. A table over the upper bits of the hash says where the
 * binary search begins and ends, so it takes a step or two whatever the size.
 */
export class RingPoints {
  readonly hashes: Uint32Array;
  /** The node of each point. */
  readonly nodes: Uint32Array;
  readonly size: number;
  readonly #starts: Uint32Array;
  readonly #shift: number;

  /** @param packed `hash * 2^20 + node` of each point, in any order; is sorted */
  constructor(packed: Float64Array) {
    packed.sort();
    this.size = packed.length;
    this.hashes = new Uint32Array(packed.length);
    this.nodes = new Uint32Array(packed.length);
    for (let i = 0; i < packed.length; i++) {
      const hash = Math.floor(packed[i]! / NODE_RANGE);
      this.hashes[i] = hash;
      this.nodes[i] = packed[i]! - hash * NODE_RANGE;
    }
    const wanted = Math.ceil(Math.log2(Math.max(2, packed.length / POINTS_PER_BUCKET)));
    const bits = Math.min(MAX_BUCKET_BITS, wanted);
    this.#shift = 32 - bits;
    this.#starts = new Uint32Array(2 ** bits + 1);
    let at = 0;
    for (let bucket = 0; bucket < this.#starts.length; bucket++) {
      while (at < this.size && this.hashes[at]! >>> this.#shift < bucket) at++;
      this.#starts[bucket] = at;
    }
  }

  /** The first point at or after a hash, going round. `size > 0`. */
  after(hash: number): number {
    const bucket = hash >>> this.#shift;
    let low = this.#starts[bucket]!;
    let high = this.#starts[bucket + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.hashes[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low === this.size ? 0 : low;
  }

  next(point: number): number {
    return point + 1 === this.size ? 0 : point + 1;
  }
}
