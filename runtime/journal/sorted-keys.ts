import { compareKeys } from './key-order.js';

/** A bucket is split when it holds more: small enough that a splice is cheap. */
const BUCKET_COUNT = 512;

/** A set of strings in the order of their UTF-8 bytes: a list of short sorted arrays. */
export class SortedKeys {
  readonly #buckets: string[][];

  constructor(keys: Iterable<string>) {
    const sorted = [...keys].sort(compareKeys);
    this.#buckets = [];
    for (let i = 0; i < sorted.length; i += BUCKET_COUNT) {
      this.#buckets.push(sorted.slice(i, i + BUCKET_COUNT));
    }
  }

  /** Adds a key that is not there. */
  add(key: string): void {
    const buckets = this.#buckets;
    if (buckets.length === 0) {
      buckets.push([key]);
      return;
    }
    const index = Math.min(this.#bucketOf(key), buckets.length - 1);
    const bucket = buckets[index]!;
    bucket.splice(lowerBound(bucket, key), 0, key);
    if (bucket.length > BUCKET_COUNT) {
      buckets.splice(index + 1, 0, bucket.splice(bucket.length >>> 1));
    }
  }

  /** Removes a key that is there. */
  remove(key: string): void {
    const index = this.#bucketOf(key);
    const bucket = this.#buckets[index]!;
    bucket.splice(lowerBound(bucket, key), 1);
    if (bucket.length === 0) this.#buckets.splice(index, 1);
  }

  /** The first keys from `from` (inclusive) to `to` (exclusive), or, backward, the last ones, last first. */
  page(
    from: string | undefined,
    to: string | undefined,
    limit: number,
    backward: boolean,
  ): string[] {
    return backward ? this.#backward(from, to, limit) : this.#forward(from, to, limit);
  }

  #forward(from: string | undefined, to: string | undefined, limit: number): string[] {
    const keys: string[] = [];
    let index = from === undefined ? 0 : this.#bucketOf(from);
    for (; index < this.#buckets.length; index++) {
      const bucket = this.#buckets[index]!;
      for (let i = from === undefined ? 0 : lowerBound(bucket, from); i < bucket.length; i++) {
        const key = bucket[i]!;
        if (keys.length === limit || (to !== undefined && compareKeys(key, to) >= 0)) return keys;
        keys.push(key);
      }
    }
    return keys;
  }

  #backward(from: string | undefined, to: string | undefined, limit: number): string[] {
    const keys: string[] = [];
    const last = this.#buckets.length - 1;
    let index = to === undefined ? last : Math.min(this.#bucketOf(to), last);
    for (; index >= 0; index--) {
      const bucket = this.#buckets[index]!;
      for (let i = (to === undefined ? bucket.length : lowerBound(bucket, to)) - 1; i >= 0; i--) {
        const key = bucket[i]!;
        if (keys.length === limit || (from !== undefined && compareKeys(key, from) < 0)) {
          return keys;
        }
        keys.push(key);
      }
    }
    return keys;
  }

  /** Index of the first bucket whose last key is not before `key`; their number when there is none. */
  #bucketOf(key: string): number {
    let low = 0;
    let high = this.#buckets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#buckets[middle]!.at(-1)!, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Index of the first key that is not before `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
