import {
  type ActorRef,
  type Definition,
  defineActor,
  NO_REPLY,
  type Placement,
  type Request,
  type Requester,
} from 'troupe';
import { nowNs } from './harness.js';

/** Children of each node. */
export const BRANCHES = 10;

/** The number of a leaf, or the sum of a node's leaves. */
export type SumMessage = { type: 'sum'; value: number };

/** What a tree took, and what its root got. */
export interface Grown {
  readonly elapsedNs: number;
  readonly sum: number;
}

export type RootMessage = SumMessage | Request<{ type: 'grow'; leaves: number }, Grown>;

interface NodeArgs {
  readonly parent: ActorRef<SumMessage>;
  /** The least number of its leaves. */
  readonly number: number;
  readonly leaves: number;
}

interface NodeState {
  readonly parent: ActorRef<SumMessage>;
  left: number;
  sum: number;
}

/** A node of the tree: a leaf passes its number on, any other node makes ten and passes their sum on. Then it stops. */
export const SkynetNode: Definition<SumMessage, NodeArgs> = defineActor<SumMessage>()({
  module: import.meta.url,
  name: 'SkynetNode',
  init: ({ parent, number, leaves }: NodeArgs, ctx): NodeState => {
    if (leaves === 1) {
      parent.tell({ type: 'sum', value: number });
      ctx.stop();
    } else {
      branch(ctx, number, leaves, 'same');
    }
    return { parent, left: BRANCHES, sum: 0 };
  },
  handlers: {
    sum(state, { value }, ctx) {
      state.sum += value;
      if (--state.left > 0) return;
      state.parent.tell({ type: 'sum', value: state.sum });
      ctx.stop();
    },
  },
});

interface Parent {
  readonly self: ActorRef<SumMessage>;
  spawn(
    definition: Definition<SumMessage, NodeArgs>,
    args: NodeArgs,
    options: { readonly placement: Placement },
  ): ActorRef<SumMessage>;
}

function branch(
  ctx: Parent,
  number: number,
  leaves: number,
  placement: Placement,
): ActorRef<SumMessage>[] {
  const share = leaves / BRANCHES;
  const children: ActorRef<SumMessage>[] = [];
  for (let i = 0; i < BRANCHES; i++) {
    const args = { parent: ctx.self, number: number + i * share, leaves: share };
    children.push(ctx.spawn(SkynetNode, args, { placement }));
  }
  return children;
}

interface RootState {
  left: number;
  sum: number;
  /** Children that are not gone yet. */
  alive: number;
  startNs: number;
  endNs: number;
  asker: Requester<Grown> | undefined;
}

/** The root, which spreads its ten children over the threads. It answers when it has the sum and all are gone. */
export const SkynetRoot = defineActor<RootMessage>()({
  module: import.meta.url,
  name: 'SkynetRoot',
  init: (): RootState => ({
    left: 0,
    sum: 0,
    alive: 0,
    startNs: 0.5,
    endNs: 0.5,
    asker: undefined,
  }),
  handlers: {
    grow(state, { leaves }, ctx) {
      state.left = BRANCHES;
      state.sum = 0;
      state.alive = BRANCHES;
      state.asker = ctx.requester();
      state.startNs = nowNs();
      for (const child of branch(ctx, 0, leaves, 'spread')) ctx.watch(child);
      return NO_REPLY;
    },
    sum(state, { value }) {
      state.sum += value;
      if (--state.left === 0) state.endNs = nowNs();
      finish(state);
    },
  },
  terminated(state) {
    state.alive--;
    finish(state);
  },
});

function finish({ left, alive, sum, startNs, endNs, asker }: RootState): void {
  if (left === 0 && alive === 0) asker!.reply({ elapsedNs: endNs - startNs, sum });
}
