/**
 * Who belongs to a group. Plain data: it lies in the log, in snapshots and in messages.
 * Joint (paper, section 6) while `outgoing` is not empty: then a majority of both sets decides.
 */
export interface Configuration {
  /** Voters, ascending. */
  readonly voters: readonly number[];
  /** The voters before the change that is under way; empty otherwise. */
  readonly outgoing: readonly number[];
  /** They receive the log and have no vote (thesis, section 4.2.1). */
  readonly learners: readonly number[];
  /** Still voters of `outgoing`, learners as soon as the joint phase ends. */
  readonly learnersNext: readonly number[];
  /**
   * For each member the index of the entry that made it one, 0 for a founder. Acknowledgements carry it:
   * one from before a removal never counts for the node that was added again.
   */
  readonly epochs: readonly (readonly [id: number, epoch: number])[];
}

/** The members that a change shall lead to, whatever they are now. */
export interface MembershipChange {
  readonly voters: readonly number[];
  readonly learners?: readonly number[];
}

/** Nobody: what a node that is to be added starts with. */
export const NO_CONFIGURATION: Configuration = {
  voters: [],
  outgoing: [],
  learners: [],
  learnersNext: [],
  epochs: [],
};

const ascending = (ids: Iterable<number>): number[] => [...ids].sort((a, b) => a - b);

/** The last one that was made: many groups of one thread have the same nodes, and share it. */
let latestFounding = NO_CONFIGURATION;

/** The configuration of a group at its foundation. */
export function founding(
  voters: readonly number[],
  learners: readonly number[] = [],
): Configuration {
  const same =
    areEqual(latestFounding.voters, voters) && areEqual(latestFounding.learners, learners);
  if (same) return latestFounding;
  latestFounding = {
    voters: ascending(voters),
    outgoing: [],
    learners: ascending(learners),
    learnersNext: [],
    epochs: ascending([...voters, ...learners]).map((id) => [id, 0] as const),
  };
  return latestFounding;
}

function areEqual(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((id, i) => id === other[i]);
}

/** True while two majorities are needed. */
export function isJoint({ outgoing }: Configuration): boolean {
  return outgoing.length > 0;
}

/** True when the vote of this node counts. */
export function isVoter({ voters, outgoing }: Configuration, id: number): boolean {
  return voters.includes(id) || outgoing.includes(id);
}

/** All who receive the log. */
export function membersOf(configuration: Configuration): number[] {
  return configuration.epochs.map(([id]) => id);
}

/** The epoch of a member, -1 for others. */
export function epochOf({ epochs }: Configuration, id: number): number {
  return epochs.find(([member]) => member === id)?.[1] ?? -1;
}

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

/** Whether this can be a configuration, or {@link NO_CONFIGURATION}: lists of ids, and an epoch for each member. */
export function isConfiguration(value: unknown): value is Configuration {
  if (typeof value !== 'object' || value === null) return false;
  const { voters, outgoing, learners, learnersNext, epochs } = value as Partial<Configuration>;
  const sets = [voters, outgoing, learners, learnersNext];
  if (!sets.every((ids) => Array.isArray(ids) && ids.every(isId))) return false;
  if (!Array.isArray(epochs) || !epochs.every((row) => Array.isArray(row) && row[1] >= 0)) {
    return false;
  }
  const members = new Set(epochs.map(([id]) => id));
  return sets.every((ids) => ids!.every((id) => members.has(id)));
}

/** Why a change makes no sense, or undefined. */
export function objectionTo(change: MembershipChange): string | undefined {
  const { voters, learners = [] } = change;
  const all = [...voters, ...learners];
  if (voters.length === 0) return 'a group needs a voter';
  if (new Set(all).size !== all.length) return 'a node is named twice';
  if (!all.every(isId)) return 'ids are integers from 1 up';
  return undefined;
}

/**
 * The joint configuration that begins a change (paper, section 6: C-old,new).
 * @param index of the entry that will hold it: the epoch of those who are new
 */
export function enterJoint(
  current: Configuration,
  { voters, learners = [] }: MembershipChange,
  index: number,
): Configuration {
  const wereVoters = new Set(current.voters);
  const members = ascending(new Set([...voters, ...learners, ...current.voters]));
  return {
    voters: ascending(voters),
    outgoing: current.voters,
    learners: ascending(learners.filter((id) => !wereVoters.has(id))),
    learnersNext: ascending(learners.filter((id) => wereVoters.has(id))),
    epochs: members.map((id) => {
      const epoch = epochOf(current, id);
      return [id, epoch < 0 ? index : epoch] as const;
    }),
  };
}

/** The configuration that ends a change (C-new). */
export function leaveJoint(joint: Configuration): Configuration {
  const learners = ascending([...joint.learners, ...joint.learnersNext]);
  const members = new Set([...joint.voters, ...learners]);
  return {
    voters: joint.voters,
    outgoing: [],
    learners,
    learnersNext: [],
    epochs: joint.epochs.filter(([id]) => members.has(id)),
  };
}
