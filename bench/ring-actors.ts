import { type ActorRef, defineActor, NO_REPLY, type Request, type Requester } from 'troupe';
import { nowNs } from './harness.js';

/** What a walk round the ring took. */
export interface Walk {
  readonly elapsedNs: number;
  readonly hops: number;
}

export type NodeMessage =
  | { type: 'token'; left: number }
  | { type: 'next'; node: ActorRef<NodeMessage> }
  | Request<{ type: 'walk'; hops: number }, Walk>;

interface NodeState {
  next: ActorRef<NodeMessage> | undefined;
  hops: number;
  startNs: number;
  asker: Requester<Walk> | undefined;
}

/**
 * One of the actors of a ring. Each has made the one before it, so that the last made is the first of
 * the ring; `next` closes it. The token ends where it began, so hops are a multiple of the size.
 */
export const RingNode = defineActor<NodeMessage>()({
  module: import.meta.url,
  name: 'RingNode',
  init: (args: { next: ActorRef<NodeMessage> | undefined }): NodeState => ({
    next: args.next,
    hops: 0,
    startNs: 0.5,
    asker: undefined,
  }),
  handlers: {
    token(state, message) {
      if (message.left > 0) {
        state.next!.tell({ type: 'token', left: message.left - 1 });
      } else {
        state.asker!.reply({
          elapsedNs: nowNs() - state.startNs,
          hops: state.hops,
        });
      }
    },
    next(state, { node }) {
      state.next = node;
    },
    walk(state, { hops }, ctx) {
      state.asker = ctx.requester();
      state.hops = hops;
      state.startNs = nowNs();
      state.next!.tell({ type: 'token', left: hops - 1 });
      return NO_REPLY;
    },
  },
});
