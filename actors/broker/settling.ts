import type { GroupCore } from './group-core.js';
import type { ShardCore } from './shard-core.js';
import type { SettleBatch } from './shard-protocol.js';

const NONE: readonly number[] = [];

/**
 * Settles deliveries, each of the group of its epoch.
 * @returns the places in the batch whose token was stale: nothing was changed for them
 */
export function settleBatch(core: ShardCore, batch: SettleBatch): readonly number[] {
  const { seqs, deliveries, epochs, verbs, args, errors } = batch;
  let group: GroupCore | undefined;
  let stale: number[] | null = null;
  for (let i = 0; i < seqs.length; i++) {
    const epoch = epochs === null ? batch.epoch : epochs[i]!;
    if (group?.epoch !== epoch) group = core.groupOf(epoch);
    const isPresent = group?.deliveries.settle(
      seqs[i]!,
      deliveries === null ? 1 : deliveries[i]!,
      epoch,
      verbs === null ? 'ack' : verbs[i]!,
      args === null ? -1 : args[i]!,
      errors === null ? undefined : errors[i],
      core.time,
    );
    if (isPresent === true) continue;
    stale ??= [];
    stale.push(i);
  }
  return stale ?? NONE;
}
