import { ActorSystem, type AnyRef } from '../../runtime/index.js';

/** Who can open a client: an actor, through its context, or a system. */
export type BrokerOwner =
  | ActorSystem
  | { readonly self: AnyRef; readonly incarnation: number; readonly path: string };

/** Who opened a client. */
export interface ClientOwner {
  /** Null for the program around the system. */
  readonly ref: AnyRef | null;
  readonly incarnation: number;
  /** Unique in the broker. */
  readonly name: string;
}

/** Clients of this thread, so that their names differ. */
let clientCount = 0;

/** Who a client belongs to, and a name that no other client has. */
export function clientOwner(owner: BrokerOwner): ClientOwner {
  if (owner instanceof ActorSystem) {
    return { ref: null, incarnation: 0, name: `${owner.name}/${++clientCount}` };
  }
  const { self: ref, incarnation, path } = owner;
  return { ref, incarnation, name: `${path}#${ref.id}/${incarnation}/${++clientCount}` };
}
