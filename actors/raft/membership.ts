import {
  enterJoint,
  isJoint,
  leaveJoint,
  type MembershipChange,
  objectionTo,
} from './configuration.js';
import { configurationProposal, makeEntry } from './entry.js';
import type { RaftNode } from './node.js';

/** What became of the wish to change the members. `not-ready`: the leader has committed nothing in its term yet. */
export type MembershipResult =
  | 'accepted'
  | 'not-leader'
  | 'not-ready'
  | 'pending'
  | 'transferring'
  | 'invalid';

/**
 * Begins a change of the members by joint consensus (paper, section 6): the joint configuration is in force
 * at once, and ends by itself. One change at a time, and none before the leader has committed an
 * entry of its own term: otherwise two leaders could make changes whose majorities do not meet
 * (Ongaro, raft-dev, 2015).
 */
export function changeMembership(node: RaftNode, change: MembershipChange): MembershipResult {
  if (node.role !== 'leader') return 'not-leader';
  if (objectionTo(change) !== undefined) return 'invalid';
  if (node.transferTarget !== 0) return 'transferring';
  const { log } = node;
  if (isJoint(node.configuration) || node.configurationIndex > log.commit) return 'pending';
  if (log.termAt(log.commit) !== node.term) return 'not-ready';
  const index = log.last + 1;
  const joint = enterJoint(node.configuration, change, index);
  node.append(makeEntry(index, node.term, configurationProposal(joint)));
  node.isReplicationDue = true;
  return 'accepted';
}

/** The joint configuration is committed: the new one alone follows, by whichever leader. */
export function leaveJointWhenCommitted(node: RaftNode): void {
  const { log, configuration } = node;
  if (!isJoint(configuration) || node.configurationIndex > log.commit) return;
  const next = configurationProposal(leaveJoint(configuration));
  node.append(makeEntry(log.last + 1, node.term, next));
  node.isReplicationDue = true;
}
