import type { RaftMessage } from './messages.js';
import type { RaftTransport, TransportNode } from './transport.js';

/** Carries messages between nodes of one thread, for tests: links can be cut, and what is sent is seen. */
export class MemoryNetwork {
  readonly #nodes = new Map<string, TransportNode>();
  readonly #cut = new Set<string>();
  /** Sees every message before it is carried; false drops it. */
  onMessage: (message: RaftMessage, group: string) => boolean = () => true;

  /** Connects a node: give it to `defineRaft` as `transport`. */
  readonly connect = (node: TransportNode): RaftTransport => {
    const name = nameOf(node.group, node.id);
    this.#nodes.set(name, node);
    return {
      send: (messages) => this.#carry(node.group, messages),
      close: () => {
        // A node that came in its place meanwhile stays.
        if (this.#nodes.get(name) === node) this.#nodes.delete(name);
      },
    };
  };

  /** Nothing goes from one node to the other any more; the other way is another link. */
  cut(from: number, to: number): void {
    this.#cut.add(nameOf(from, to));
  }

  /** All links carry again. */
  heal(): void {
    this.#cut.clear();
  }

  #carry(group: string, messages: readonly RaftMessage[]): void {
    for (const message of messages) {
      const { from, to } = message;
      if (this.#cut.has(nameOf(from, to)) || !this.onMessage(message, group)) continue;
      this.#nodes.get(nameOf(group, to))?.deliver([message]);
    }
  }
}

function nameOf(one: string | number, other: number): string {
  return `${one}/${other}`;
}
