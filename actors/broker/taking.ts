import { TroupeError } from '../../runtime/index.js';
import type { Time } from './core-host.js';
import { deliveryBatch } from './delivery-batch.js';
import type { GroupCore } from './group-core.js';
import { type Holder, Member } from './member.js';
import type { DeliveryBatch, Taken, Wants } from './shard-protocol.js';
import type { ShardState } from './shard-state.js';

/** Messages of one answer; whoever is left over waits by himself. */
const TAKE_COUNT = 4096;

/** What a fetch can be given now; null for one that has to wait. */
export function takeNow(
  group: GroupCore,
  holder: Holder,
  pull: number,
  count: number,
  bytes: number,
  time: Time,
): DeliveryBatch | null {
  const member = new Member(holder, pull, count, bytes);
  group.serve(member, time);
  return member.batch.length === 0 ? null : deliveryBatch(member.batch);
}

/**
 * Gives each of many fetches what is there, in their order. Nothing waits: who finds nothing, or
 * asks for what is not there, is told to fetch by himself.
 */
export function take(state: ShardState, wants: Wants, holder: Holder, pull: number): Taken {
  const { streams, groups, counts, bytes, options } = wants;
  const { time } = state.core;
  const member = new Member(holder, pull, 0, 0);
  const { batch } = member;
  const given: number[] = [];
  for (let i = 0; i < groups.length; i++) {
    const before = batch.length;
    member.credit = Math.min(counts[i]!, TAKE_COUNT - before);
    member.bytesLeft = bytes[i]!;
    try {
      const own = options === null ? null : options[i]!;
      state.group(streams[i]!, groups[i]!, own).serve(member, time);
    } catch (error) {
      if (!(error instanceof TroupeError)) throw error;
    }
    given.push(batch.length - before);
  }
  return { batch: deliveryBatch(batch), counts: given };
}
