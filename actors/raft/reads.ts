import { answerRead } from './election.js';
import type { HeartbeatAnswer } from './messages.js';
import type { RaftNode } from './node.js';
import { quorumReached } from './quorum.js';
import { catchUp, progressOf, sendAppend } from './replication.js';

/** What became of the wish to read. */
export type ReadResult = 'accepted' | 'no-leader' | 'full';

/**
 * Asks from which index on the state of this node shows everything that was acknowledged before
 * (thesis, section 6.4). The answer is a read state with this context.
 */
export function readIndex(node: RaftNode, context: number): ReadResult {
  if (node.role === 'leader') return takeRead(node, node.id, context) ? 'accepted' : 'full';
  if (node.leader === 0 || node.isLost) return 'no-leader';
  const { id: from, leader: to, term } = node;
  node.send({ type: 'read', from, to, term, context });
  return 'accepted';
}

/** A read of this leader's or of a follower's. @returns false when too many wait */
export function takeRead(node: RaftNode, from: number, context: number): boolean {
  const { log, reads } = node;
  // Before that the leader does not know what its predecessors have committed.
  if (log.termAt(log.commit) !== node.term) {
    if (reads.isFull) return false;
    reads.postpone(from, context);
    return true;
  }
  if (holdsLease(node)) {
    answerRead(node, from, context, log.commit);
    return true;
  }
  if (reads.isFull) return false;
  reads.add(from, context, log.commit);
  node.isRoundDue = true;
  return true;
}

/**
 * True while no other leader can have been elected: a quorum has answered a round, and promised by
 * that to vote for nobody for an election timeout of their clocks, which is not over on any of them.
 */
function holdsLease(node: RaftNode): boolean {
  const { leaseTicks } = node.options;
  const { confirmedTick } = node.reads;
  if (leaseTicks === 0 || node.hasAbdicated || confirmedTick < 0) return false;
  return node.ticks - confirmedTick < leaseTicks;
}

/** The first entry of this term is committed. */
export function answerPostponedReads(node: RaftNode): void {
  for (const { from, context } of node.reads.takePostponed()) {
    if (!takeRead(node, from, context)) answerRead(node, from, context, -1);
  }
}

/** A heartbeat to all: keeps followers from campaigning, and begins a round that confirms reads. */
export function beginRound(node: RaftNode): void {
  node.isRoundDue = false;
  const round = node.reads.beginRound(node.ticks);
  const own = node.progress.get(node.id);
  if (own !== undefined) own.round = round;
  for (const progress of node.progress.values()) {
    if (progress.id === node.id) continue;
    node.send({
      type: 'heartbeat',
      from: node.id,
      to: progress.id,
      term: node.term,
      epoch: progress.epoch,
      // Beyond that the follower's log may still be another one.
      commit: Math.min(progress.match, node.log.commit),
      round,
    });
  }
  confirmReads(node);
}

/** A follower is live, and knows no newer term. */
export function receiveHeartbeatAnswer(node: RaftNode, answer: HeartbeatAnswer): void {
  const progress = progressOf(node, answer.from, answer.epoch);
  if (progress === undefined || answer.round > node.reads.round) return;
  progress.isActive = true;
  if (answer.round > progress.round) progress.round = answer.round;
  confirmReads(node);
  // What was sent may be lost: one more try with every sign of life.
  progress.isProbing = false;
  progress.isChunkUnderWay = false;
  if (progress.state === 'replicate' && progress.match < node.log.last) {
    if (progress.inflights.isFull) progress.inflights.freeFirst();
    if (progress.next > node.log.last) sendAppend(node, progress);
  }
  catchUp(node, progress);
}

function confirmReads(node: RaftNode): void {
  const { progress } = node;
  const round = quorumReached(node.configuration, (id) => progress.get(id)?.round ?? 0);
  for (const read of node.reads.confirm(round)) {
    answerRead(node, read.from, read.context, read.index);
  }
}
