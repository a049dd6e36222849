import type { AppendRequest, RaftMessage } from './messages.js';
import { type PackedEntries, packEntries, unpackEntries } from './packed-entries.js';
import type { RaftPeer } from './protocol.js';
import type { RaftTransport } from './transport.js';

/** A message as it crosses from thread to thread. */
export type RaftPacket =
  | Exclude<RaftMessage, AppendRequest>
  | (Omit<AppendRequest, 'entries'> & { readonly entries: PackedEntries });

function pack(message: RaftMessage): RaftPacket {
  if (message.type !== 'append') return message;
  return { ...message, entries: packEntries(message.entries) };
}

/** @throws for what {@link pack} cannot have made */
function unpack(packet: RaftPacket): RaftMessage {
  if (packet.type !== 'append') return packet;
  return { ...packet, entries: unpackEntries(packet.entries) };
}

/** The rings between the threads of one process: one `tell` to each peer for all that there is to say at a time. */
export class MeshTransport implements RaftTransport {
  readonly #peers = new Map<number, RaftPeer>();

  /** Where nodes of the group are; what is known of others stays. */
  meetPeers(members: readonly (readonly [number, RaftPeer])[]): void {
    for (const [id, peer] of members) this.#peers.set(id, peer);
  }

  /** A peer that is not known is like one that is not heard. */
  send(messages: readonly RaftMessage[]): void {
    const batches = new Map<number, RaftPacket[]>();
    for (const message of messages) {
      const batch = batches.get(message.to);
      if (batch === undefined) batches.set(message.to, [pack(message)]);
      else batch.push(pack(message));
    }
    for (const [to, packets] of batches) this.#peers.get(to)?.tell({ type: 'packets', packets });
  }

  close(): void {
    this.#peers.clear();
  }

  /** What came in one message of a peer. */
  static opened(packets: readonly RaftPacket[]): RaftMessage[] {
    return packets.map(unpack);
  }
}
