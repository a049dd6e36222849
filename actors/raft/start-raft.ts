import {
  type ActorRef,
  checkNames,
  type Definition,
  type Message,
  type OptionNames,
  type Placement,
  type SpawnOptions,
} from '../../runtime/index.js';
import type { JournalAddress } from '../journal/index.js';
import { type DirectoryMessage, RaftDirectory } from './directory.js';
import type { RaftNodeArgs, RaftNodeMessage, RaftSettings } from './protocol.js';
import type { RaftDefinition } from './raft-actor.js';

/** Whoever can start actors: a system, or the context of an actor. */
export interface Spawner {
  spawn<M extends Message, A>(
    definition: Definition<M, A>,
    args: NoInfer<A>,
    options?: SpawnOptions,
  ): ActorRef<M>;
}

/** A group that runs: plain data, to be put into any message. */
export interface RaftGroup<C, R, Q, A> {
  readonly name: string;
  readonly directory: ActorRef<DirectoryMessage>;
  /** By id: the node 1 comes first. */
  readonly nodes: readonly ActorRef<RaftNodeMessage<C, R, Q, A>>[];
}

/** How a group is started. */
export interface RaftGroupOptions extends RaftSettings {
  /** Names its actors: `NAME-1` and so on. */
  readonly name: string;
  /** Nodes, from 1 up; 3 when left out. */
  readonly nodes?: number;
  /** Where each node lives; spread over the threads when left out. */
  readonly placement?: (id: number) => Placement;
  /** Keeps the nodes' logs; in memory when left out. Many groups share one writer, and so its flushes. */
  readonly journal?: JournalAddress;
  /** How nodes are supervised. */
  readonly node?: Pick<SpawnOptions, 'restart' | 'backoff'>;
}

const NAMES: OptionNames<RaftGroupOptions> = {
  name: true,
  nodes: true,
  placement: true,
  journal: true,
  node: true,
  tickMs: true,
  electionTicks: true,
  heartbeatTicks: true,
  leaseDrift: true,
  snapshotEvery: true,
  trailing: true,
  maxSessions: true,
  requestTimeoutMs: true,
  isFounded: true,
};

/**
 * Starts a group with all its nodes as founders.
 * @throws {TroupeError} ERR_OPTION, and as `spawn`
 */
export function startRaft<C, R, Q, A>(
  spawner: Spawner,
  definition: RaftDefinition<C, R, Q, A>,
  options: RaftGroupOptions,
): RaftGroup<C, R, Q, A> {
  checkNames('startRaft', options, NAMES);
  const {
    name,
    nodes: count = 3,
    placement = () => 'spread',
    node = {},
    journal,
    ...settings
  } = options;
  const directory = spawner.spawn(RaftDirectory, undefined, {
    name: `${name}-directory`,
    restart: 'permanent',
  });
  const founders = Array.from({ length: count }, (_, i) => i + 1);
  const nodes = founders.map((id) => {
    const args: RaftNodeArgs = { group: name, id, founders, directory, settings, journal };
    return spawner.spawn(definition, args, {
      name: `${name}-${id}`,
      placement: placement(id),
      restart: 'permanent',
      ...node,
    });
  });
  return { name, directory, nodes };
}
