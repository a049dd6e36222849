import type { Extensions } from '../codec/extensions.js';
import type { ChannelSizes } from '../memory/channel-descriptor.js';
import type { Doorbell } from '../memory/doorbell.js';
import type { EdgeTable } from './edge-table.js';
import type { Outbound } from './outbound.js';
import type { Scratch } from './scratch.js';

/** What an outbound needs of its thread. */
export interface OutboundOwner {
  /** Of the thread: a receiver tells fragments of one sender from those of the next by it. */
  readonly serial: number;
  readonly counters: Float64Array;
  readonly scratch: Scratch;
  /** Counts who talks to whom; null where `metrics` is off. */
  readonly meter: { readonly edges: EdgeTable } | null;
  /** There is something to flush at the end of the turn. */
  markDirty(outbound: Outbound): void;
}

/** What an outbound is made from. */
export interface OutboundOptions {
  readonly member: number;
  readonly channel: SharedArrayBuffer;
  readonly sizes: ChannelSizes;
  readonly doorbell: Doorbell;
  readonly extensions: Extensions;
  readonly overflowMessages: number;
  readonly overflowBytes: number;
}
