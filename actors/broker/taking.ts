import { type Requester, TroupeError } from '../../runtime/index.js';
import type { Time } from './core-host.js';
import { deliveryBatch, sendDeliveries } from './delivery-batch.js';
import type { GroupCore } from './group-core.js';
import { type Holder, Member } from './member.js';
import type { Outstanding } from './outstanding.js';
import type { Taken, Wants } from './shard-protocol.js';
import type { ShardState } from './shard-state.js';

/** Messages of one answer; whoever is left over waits by himself. */
const TAKE_COUNT = 4096;

/** What a fetch can be given now. */
export function takeNow(
  group: GroupCore,
  holder: Holder,
  pull: number,
  count: number,
  bytes: number,
  time: Time,
): readonly Outstanding[] {
  const member = new Member(holder, pull, count, bytes);
  group.serve(member, time);
  return member.batch;
}

/**
 * Gives each of many fetches what is there, in their order. Nothing waits: who finds nothing, or
 * asks for what is not there, is told to fetch by himself.
 */
export function take(
  state: ShardState,
  wants: Wants,
  holder: Holder,
  pull: number,
  requester: Requester<Taken>,
): void {
  const { stream, streams, groups, counts, bytes, options } = wants;
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
      const name = streams === null ? stream : streams[i]!;
      state.group(name, groups[i]!, own).serve(member, time);
    } catch (error) {
      if (!(error instanceof TroupeError)) throw error;
    }
    given.push(batch.length - before);
  }
  const sentCount = sendDeliveries(batch, time, (sent, from) => {
    const isWhole = sent.seqs.length === batch.length;
    const own = isWhole ? given : within(given, from, from + sent.seqs.length);
    requester.reply({ batch: sent, counts: own });
  });
  if (sentCount === 0) requester.reply({ batch: deliveryBatch([]), counts: within(given, 0, 0) });
}

/** How many of each fetch lie between two places. */
function within(given: readonly number[], from: number, to: number): number[] {
  let end = 0;
  return given.map((count) => {
    const begin = end;
    end += count;
    return Math.max(0, Math.min(end, to) - Math.max(begin, from));
  });
}
