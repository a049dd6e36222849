import { type ActorRef, defineActor, type Request } from '../../../runtime/index.js';

export type ChatterMessage =
  | { type: 'hop'; left: number; peers: readonly ActorRef<ChatterMessage>[] }
  | Request<{ type: 'ping' }, number>;

/** Passes what it gets on to a peer by chance, and asks one now and then. */
export const Chatter = defineActor<ChatterMessage>()({
  module: import.meta.url,
  name: 'Chatter',
  init: () => null,
  handlers: {
    hop: (_state, { left, peers }, ctx) => {
      if (left === 0) return undefined;
      const peer = peers[Math.floor(ctx.random() * peers.length)]!;
      peer.tell({ type: 'hop', left: left - 1, peers });
      if (left % 8 !== 0) return undefined;
      const asked = peers[Math.floor(ctx.random() * peers.length)]!;
      // Not awaited: chatters that wait for each other would spend the test with that.
      ctx.ask(asked, { type: 'ping' }, { timeoutMs: 500 }).catch(() => {});
      return undefined;
    },
    ping: (_state, _message, ctx) => ctx.incarnation,
  },
});
