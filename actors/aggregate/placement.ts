import { hash32 } from '../../runtime/index.js';

/** Spreads the numbers of the shards over 32 bits: 2^32 divided by the golden ratio. */
const SPREAD = 0x9e3779b1;

/**
 * The shard of an id, from 0 to `shards` - 1: the same on every thread and in every process. With one shard
 * more an id stays or goes to the new one. Rendezvous hashing (Thaler and Ravishankar 1998): each shard bids a
 * number for the id, and the highest bid has it.
 */
export function shardOf(id: string, shards: number): number {
  const hash = hash32(id);
  let best = 0;
  let highest = -1;
  for (let shard = 0; shard < shards; shard++) {
    const bid = mix(hash ^ Math.imul(shard + 1, SPREAD));
    if (bid > highest) {
      highest = bid;
      best = shard;
    }
  }
  return best;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
