import type { Transferable } from 'node:worker_threads';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ReplyAddress } from '../ref/envelope.js';
import type { EnvelopeClass } from '../ref/envelope-descriptor.js';
import type { EdgeTable } from './edge-table.js';
import { Outbound, type Sent } from './outbound.js';
import type { OutboundOptions, OutboundOwner } from './outbound-options.js';

/** The sending side of a channel where `metrics` is on: it counts who talks to whom. */
export class MeteredOutbound extends Outbound {
  readonly #edges: EdgeTable;

  constructor(owner: OutboundOwner, options: OutboundOptions, edges: EdgeTable) {
    super(owner, options);
    this.#edges = edges;
  }

  override message(
    to: AnyRef,
    message: unknown,
    envelopeClass: EnvelopeClass,
    row: ReplyAddress | null,
    transfer: readonly Transferable[] | undefined,
  ): Sent {
    this.#edges.sent(to);
    return super.message(to, message, envelopeClass, row, transfer);
  }
}
