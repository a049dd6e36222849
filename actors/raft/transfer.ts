import { isVoter } from './configuration.js';
import { campaign } from './election.js';
import type { RaftNode } from './node.js';
import type { Progress } from './progress.js';

/** What became of the wish to hand over. */
export type TransferResult = 'accepted' | 'not-leader' | 'not-a-voter';

/**
 * Hands leadership to a voter as soon as it has the whole log (thesis, section 3.10). Meanwhile proposals are
 * refused; after an election timeout the leader goes on as before.
 */
export function transferLeadership(node: RaftNode, target: number): TransferResult {
  if (node.role !== 'leader') return 'not-leader';
  const progress = node.progress.get(target);
  if (target === node.id || progress === undefined || !isVoter(node.configuration, target)) {
    return 'not-a-voter';
  }
  node.transferTarget = target;
  node.transferElapsed = 0;
  handOverWhenReady(node, progress);
  return 'accepted';
}

/** The target has everything: it may begin. */
export function handOverWhenReady(node: RaftNode, progress: Progress): void {
  if (progress.id === node.transferTarget && progress.match === node.log.last) {
    sendTimeoutNow(node, progress.id);
  }
}

/** A leader that was removed lets the voter that has most begin at once. */
export function nominateSuccessor(node: RaftNode): void {
  let best: Progress | undefined;
  for (const progress of node.progress.values()) {
    if (progress.id === node.id || !node.configuration.voters.includes(progress.id)) continue;
    if (best === undefined || progress.match > best.match) best = progress;
  }
  if (best !== undefined) sendTimeoutNow(node, best.id);
}

/** The message may arrive at any later time: for the rest of this term no lease can be trusted. */
function sendTimeoutNow(node: RaftNode, to: number): void {
  node.hasAbdicated = true;
  node.send({ type: 'timeout-now', from: node.id, to, term: node.term });
}

/** The leader of this term hands over to this node. */
export function receiveTimeoutNow(node: RaftNode, from: number): void {
  if (node.role === 'follower' && (node.leader === 0 || node.leader === from)) {
    campaign(node, true);
  }
}
