import { JumpHash, type KeyPlacement } from '../../runtime/index.js';

/**
 * Which of so many shards has an id: the same on every thread and in every process. With one shard more an id stays
 * or goes to the new one.
 */
export function shardPlacement(shards: number): KeyPlacement {
  return new JumpHash(Array.from({ length: shards }, (_, shard) => ({ id: String(shard) })));
}
