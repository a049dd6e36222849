import type { ActorRef, Requester, TransactionResult } from '../../runtime/index.js';
import type { Timed } from './core-host.js';
import type { GroupCore } from './group-core.js';
import type { Member } from './member.js';
import type { DeliverMessage, DeliveryBatch } from './shard-protocol.js';

/** Who waits for a transaction of its own. */
export interface Completing {
  done(result: TransactionResult): void;
  /** Nothing was written, and nothing else is wrong. */
  refused(error: unknown): void;
  failed(error: unknown): void;
}

/** A demand and where its messages go. */
export interface Demand {
  readonly member: Member;
  /** Replaced when the group is reset. */
  group: GroupCore;
  /** Of a pull. */
  readonly pull: Requester<DeliveryBatch | null> | null;
  /** Of a consumer that is an actor. */
  readonly to: ActorRef<DeliverMessage> | null;
  readonly attached: Requester<'detached'> | null;
}

/** The time of a pull is up. */
export class PullExpiry implements Timed {
  readonly #desk: { endPull(demand: Demand): void };
  readonly #demand: Demand;

  constructor(desk: { endPull(demand: Demand): void }, demand: Demand) {
    this.#desk = desk;
    this.#demand = demand;
  }

  expired(): void {
    this.#desk.endPull(this.#demand);
  }
}
