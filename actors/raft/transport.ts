import type { RaftMessage } from './messages.js';

/**
 * Carries the messages of one node to the others of its group: a port. It may lose, double, delay and reorder them, and
 * need not say so. `MeshTransport` is the one that nodes on threads of one process use.
 */
export interface RaftTransport {
  /** Sends each message to the node `to`. Never waits; must not keep the list, which is used again. */
  send(messages: readonly RaftMessage[]): void;
  /** The node stops. */
  close(): void;
}

/** What a transport is told of the node that it serves. */
export interface TransportNode {
  readonly group: string;
  readonly id: number;
  /** Takes messages that came for this node, on its thread, in any turn. Throws nothing, whatever they are. */
  deliver(messages: readonly RaftMessage[]): void;
}

/** Makes the transport of one node, on the thread of the node. */
export type RaftTransportFactory = (node: TransportNode) => RaftTransport;
