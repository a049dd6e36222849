import type { SettleBatch } from './shard-protocol.js';
import type { ShardState } from './shard-state.js';

const NONE: readonly number[] = [];

/**
 * Settles deliveries.
 * @returns the places in the batch whose token was stale: nothing was changed for them
 */
export function settleBatch(state: ShardState, batch: SettleBatch): readonly number[] {
  const { core } = state;
  const { seqs, deliveries, epoch, verbs, args, errors } = batch;
  const { deliveries: held } = state.group(batch.stream, batch.group, null);
  let stale: number[] | null = null;
  for (let i = 0; i < seqs.length; i++) {
    const isPresent = held.settle(
      seqs[i]!,
      deliveries[i]!,
      epoch[i]!,
      verbs === null ? 'ack' : verbs[i]!,
      args === null ? -1 : args[i]!,
      errors === null ? undefined : errors[i],
      core.time,
    );
    if (isPresent) continue;
    stale ??= [];
    stale.push(i);
  }
  return stale ?? NONE;
}
