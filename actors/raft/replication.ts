import { isJoint, isVoter } from './configuration.js';
import { stepDownRemoved } from './election.js';
import { ENTRY_OVERHEAD_BYTES, type Entry } from './entry.js';
import { leaveJointWhenCommitted } from './membership.js';
import type { AppendAnswer, SnapshotAnswer } from './messages.js';
import type { RaftNode } from './node.js';
import type { Progress } from './progress.js';
import { quorumReached } from './quorum.js';
import { UNKNOWN_TERM } from './raft-log.js';
import { answerPostponedReads } from './reads.js';
import { handOverWhenReady, nominateSuccessor } from './transfer.js';

/** Sends to all members what they lack, as far as their windows allow. */
export function replicate(node: RaftNode): void {
  node.isReplicationDue = false;
  for (const progress of node.progress.values()) {
    if (progress.id !== node.id) catchUp(node, progress);
  }
}

/** Sends appends until the member has all, its window is full, or it needs a snapshot. */
export function catchUp(node: RaftNode, progress: Progress): void {
  while (!progress.isPaused && progress.next <= node.log.last) {
    if (!sendAppend(node, progress)) break;
  }
  const known = Math.min(node.log.commit, progress.match);
  if (progress.state === 'replicate' && progress.toldCommit < known) sendAppend(node, progress);
  if (progress.state === 'snapshot' && !progress.isChunkUnderWay) sendChunk(node, progress);
}

/**
 * Sends the next entries, or none if the member has been sent all: then a gap shows by its rejection.
 * @returns false when the member needs a snapshot instead
 */
export function sendAppend(node: RaftNode, progress: Progress): boolean {
  const { log, options } = node;
  const prevIndex = progress.next - 1;
  const prevTerm = prevIndex < log.first - 1 ? UNKNOWN_TERM : log.termAt(prevIndex);
  if (prevTerm === UNKNOWN_TERM) {
    if (node.snapshot !== null) progress.beginSnapshot(node.snapshot);
    return false;
  }
  const entries = progress.isPaused ? [] : log.sliceBytes(progress.next, options.maxAppendBytes);
  node.send({
    type: 'append',
    from: node.id,
    to: progress.id,
    term: node.term,
    epoch: progress.epoch,
    prevIndex,
    prevTerm,
    entries,
    commit: log.commit,
  });
  progress.toldCommit = Math.min(log.commit, prevIndex + entries.length);
  progress.sent(entries.length, sizeOf(entries));
  return true;
}

function sizeOf(entries: readonly Entry[]): number {
  let bytes = 0;
  for (let i = 0; i < entries.length; i++) bytes += entries[i]!.bytes + ENTRY_OVERHEAD_BYTES;
  return bytes;
}

/** One piece at a time: its answer asks for the next, from where the receiver stands (paper, section 7). */
function sendChunk(node: RaftNode, progress: Progress): void {
  const snapshot = progress.snapshot!;
  const { data } = snapshot;
  const offset = Math.min(progress.offset, data.length);
  node.send({
    type: 'snapshot',
    from: node.id,
    to: progress.id,
    term: node.term,
    epoch: progress.epoch,
    index: snapshot.index,
    indexTerm: snapshot.term,
    configuration: snapshot.configuration,
    offset,
    data: data.subarray(offset, offset + node.options.chunkBytes),
    totalBytes: data.length,
    checksum: snapshot.checksum,
  });
  progress.isChunkUnderWay = true;
}

/** The member that an answer is from; undefined if it answers to another membership than the present one. */
export function progressOf(node: RaftNode, from: number, epoch: number): Progress | undefined {
  const progress = node.progress.get(from);
  return progress?.epoch === epoch ? progress : undefined;
}

/** What a member had acknowledged it does not hold any more; said once, until it acknowledges something again. */
function noteLoss(node: RaftNode, progress: Progress): void {
  if (!progress.isLost) node.reports.push({ type: 'peer-lost-disk', id: progress.id });
  progress.forget();
}

/** What a follower says about its log. */
export function receiveAppendAnswer(node: RaftNode, answer: AppendAnswer): void {
  const { from, epoch, index, isRejected, hintIndex, hintTerm } = answer;
  const progress = progressOf(node, from, epoch);
  if (progress === undefined) return;
  if (answer.isLost) {
    noteLoss(node, progress);
    return;
  }
  progress.isActive = true;
  if (isRejected) {
    if (progress.state === 'probe' && progress.next - 1 === index && hintIndex < progress.match) {
      noteLoss(node, progress);
    }
    // Whole terms of the follower's that this log lacks are passed over, too (end of section 5.3).
    if (progress.reject(index, node.log.agreementBound(hintIndex, hintTerm))) {
      catchUp(node, progress);
    }
    return;
  }
  if (index > node.log.last) return;
  if (progress.accept(index)) {
    handOverWhenReady(node, progress);
    node.isReplicationDue = true;
  } else if (!progress.isPaused) {
    catchUp(node, progress);
  }
}

/** A piece of a snapshot arrived; the next one goes. */
export function receiveSnapshotAnswer(node: RaftNode, answer: SnapshotAnswer): void {
  const progress = progressOf(node, answer.from, answer.epoch);
  if (progress === undefined) return;
  progress.isActive = true;
  const { snapshot } = progress;
  if (snapshot === null || snapshot.index !== answer.index) return;
  if (answer.offset > snapshot.data.length) return;
  progress.offset = answer.offset;
  sendChunk(node, progress);
}

/** This node's own disk holds more: it counts like any other (thesis, section 10.2.1). */
export function acknowledgeOwn(node: RaftNode): void {
  const own = node.progress.get(node.id);
  if (own === undefined || node.log.stable <= own.match) return;
  own.match = node.log.stable;
  node.isReplicationDue = true;
}

/**
 * Commits what a quorum holds, if its last entry is of this term (paper, section 5.4.2), and does what
 * depends on it.
 */
export function advanceCommit(node: RaftNode): void {
  const { log, progress } = node;
  const reached = quorumReached(node.configuration, (id) => progress.get(id)?.match ?? 0);
  if (reached <= log.commit || log.termAt(reached) !== node.term) return;
  for (let index = log.commit + 1; index <= reached; index++) {
    node.uncommittedBytes -= log.at(index)!.bytes;
  }
  log.commit = reached;
  node.isReplicationDue = true;
  answerPostponedReads(node);
  leaveJointWhenCommitted(node);
  const { configuration } = node;
  const isCommitted = node.configurationIndex <= log.commit;
  if (isCommitted && !isJoint(configuration) && !isVoter(configuration, node.id)) {
    replicate(node);
    nominateSuccessor(node);
    stepDownRemoved(node);
  }
}
