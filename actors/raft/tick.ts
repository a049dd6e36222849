import { isVoter } from './configuration.js';
import { campaign, loseQuorum } from './election.js';
import type { RaftNode } from './node.js';
import { tally } from './quorum.js';

/** One unit of time has passed. */
export function tick(node: RaftNode): void {
  node.ticks++;
  node.electionElapsed++;
  node.contactElapsed++;
  if (node.role === 'leader') leaderTick(node);
  else if (node.electionElapsed >= node.electionTimeoutTicks) campaign(node, false);
}

function leaderTick(node: RaftNode): void {
  const { electionTicks, heartbeatTicks, checkQuorum } = node.options;
  if (node.electionElapsed >= electionTicks) {
    node.electionElapsed = 0;
    if (checkQuorum && !isQuorumActive(node)) {
      loseQuorum(node);
      return;
    }
  }
  // The successor did not come: go on (thesis, section 3.10).
  if (node.transferTarget !== 0 && ++node.transferElapsed >= electionTicks) node.transferTarget = 0;
  if (++node.heartbeatElapsed >= heartbeatTicks) {
    node.heartbeatElapsed = 0;
    node.isRoundDue = true;
  }
}

/** Whether a quorum was heard of since the last time (thesis, section 6.2). */
function isQuorumActive(node: RaftNode): boolean {
  const heard = new Map<number, boolean>();
  for (const progress of node.progress.values()) {
    if (isVoter(node.configuration, progress.id)) {
      heard.set(progress.id, progress.id === node.id || progress.isActive);
    }
    progress.isActive = false;
  }
  return tally(node.configuration, heard) === 'won';
}
