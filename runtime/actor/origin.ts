import type { ActorRef } from '../ref/actor-ref.js';
import type { Message } from '../ref/protocol.js';

/**
 * What an actor is made from that is its own. A child whose parent lives on the same thread shares it with the
 * parent, whose record of the child it is.
 */
export interface Origin {
  /** The number under which the parent knows this child; 0 for an actor without a parent. */
  readonly id: number;
  readonly ref: ActorRef<Message>;
  /** For `init`, of every incarnation. */
  readonly args: unknown;
}
