import { type ActorRef, defineActor, type Request } from '../../runtime/index.js';
import { epochOf } from './configuration.js';
import type { RaftPeer, RaftStatus } from './protocol.js';

/** What the operator needs of a node. */
type Operated = ActorRef<
  | { readonly type: 'members'; readonly members: readonly (readonly [number, RaftPeer])[] }
  | { readonly type: 'rejoin'; readonly epoch: number }
  | Request<{ readonly type: 'status' }, RaftStatus>
  | Request<
      {
        readonly type: 'change';
        readonly change: {
          readonly voters: readonly number[];
          readonly learners: readonly number[];
        };
      },
      string
    >
>;

/** What the directory of a group understands. */
export type DirectoryMessage =
  /** A node is there; said when it starts, and again now and then. */
  | {
      readonly type: 'present';
      readonly id: number;
      readonly node: Operated;
      readonly isLost: boolean;
    }
  | { readonly type: 'repair' }
  | Request<{ readonly type: 'members' }, readonly (readonly [number, RaftPeer])[]>;

interface DirectoryState {
  readonly nodes: Map<number, Operated>;
  /** Nodes without their memory or disk, and the epoch under which they were members then; -1: not known yet. */
  readonly lost: Map<number, number>;
}

const REPAIR_MS = 50;
const PATIENCE_MS = 1000;

/**
 * Knows where the nodes of one group are, and tells each of the others. When a node comes back without what it had
 * promised, it is removed and added again, so that it counts as the new member that it is.
 */
export const RaftDirectory = defineActor<DirectoryMessage>()({
  module: import.meta.url,
  name: 'RaftDirectory',
  init: (): DirectoryState => ({ nodes: new Map(), lost: new Map() }),
  handlers: {
    present(state, { id, node, isLost }, ctx) {
      const isKnown = state.nodes.get(id)?.equals(node) === true;
      state.nodes.set(id, node);
      if (isLost) {
        if (!state.lost.has(id)) state.lost.set(id, -1);
        ctx.startTimer('repair', REPAIR_MS, { type: 'repair' });
      } else state.lost.delete(id);
      const members = membersOf(state);
      if (isKnown) node.tell({ type: 'members', members });
      else for (const each of state.nodes.values()) each.tell({ type: 'members', members });
    },
    async repair(state, _, ctx) {
      await repair(state);
      if (state.lost.size > 0) ctx.startTimer('repair', REPAIR_MS, { type: 'repair' });
    },
    members: membersOf,
  },
});

function membersOf({ nodes }: DirectoryState): [number, RaftPeer][] {
  return [...nodes].map(([id, node]) => [id, node as unknown as RaftPeer]);
}

/** One step for the first node that is lost: remove it, add it, or tell it that it was added. */
async function repair(state: DirectoryState): Promise<void> {
  const [first] = state.lost;
  if (first === undefined) return;
  const [id, lostEpoch] = first;
  const found = await findLeader(state);
  if (found === undefined) return;
  const { leader, configuration } = found;
  const epoch = epochOf(configuration, id);
  if (lostEpoch < 0) {
    state.lost.set(id, Math.max(epoch, 0));
    return;
  }
  const voters = configuration.voters.filter((each) => each !== id);
  const learners = configuration.learners.filter((each) => each !== id);
  if (epoch > lostEpoch) state.nodes.get(id)!.tell({ type: 'rejoin', epoch });
  else if (epoch >= 0) await change(leader, { voters, learners });
  else await change(leader, { voters: [...voters, id], learners });
}

async function change(
  leader: Operated,
  next: { readonly voters: readonly number[]; readonly learners: readonly number[] },
): Promise<void> {
  await leader
    .ask({ type: 'change', change: next }, { timeoutMs: PATIENCE_MS })
    // It is tried again as long as the node is lost.
    .catch(() => undefined);
}

async function findLeader({
  nodes,
}: DirectoryState): Promise<
  { leader: Operated; configuration: RaftStatus['configuration'] } | undefined
> {
  const asked = [...nodes.values()].map(async (node) => {
    const status = await node.ask({ type: 'status' }, { timeoutMs: PATIENCE_MS });
    return { node, status };
  });
  let best:
    | { leader: Operated; configuration: RaftStatus['configuration']; term: number }
    | undefined;
  for (const result of await Promise.allSettled(asked)) {
    if (result.status === 'rejected' || result.value.status.role !== 'leader') continue;
    const { node: leader, status } = result.value;
    if (best !== undefined && best.term >= status.term) continue;
    best = { leader, configuration: status.configuration, term: status.term };
  }
  return best;
}
