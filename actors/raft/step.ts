import {
  answerRead,
  answerVoteRequest,
  becomeFollower,
  isLeaderLive,
  receiveVote,
} from './election.js';
import { receiveAppend, receiveChunk, receiveHeartbeat, renewContact } from './follow.js';
import { NOT_CONFIRMED, type RaftMessage } from './messages.js';
import type { RaftNode } from './node.js';
import { takeForwarded } from './proposals.js';
import { receiveHeartbeatAnswer, takeRead } from './reads.js';
import { answerOutdated, isOfFormerMembership, refuseWhileLost } from './refuse.js';
import { receiveAppendAnswer, receiveSnapshotAnswer } from './replication.js';
import { receiveTimeoutNow } from './transfer.js';
import { isWellFormed } from './well-formed.js';

/** A message from another node (paper, figure 2: rules for servers). Throws for nothing that a peer can send. */
export function stepMessage(node: RaftNode, message: RaftMessage): void {
  if (!isWellFormed(message, node.id)) {
    node.reports.push({ type: 'malformed', from: Number(message?.from ?? 0) });
    return;
  }
  if (refuseWhileLost(node, message) || isOfFormerMembership(node, message)) return;
  switch (message.type) {
    case 'forward':
      takeForwarded(node, message.proposals);
      return;
    case 'read':
      if (node.role !== 'leader' || !takeRead(node, message.from, message.context)) {
        answerRead(node, message.from, message.context, NOT_CONFIRMED);
      }
      return;
    case 'read-answer':
      node.readStates.push({ context: message.context, index: message.index });
      return;
    default:
  }
  if (message.term > node.term) {
    if (!meetHigherTerm(node, message)) return;
  } else if (message.term < node.term) {
    answerOutdated(node, message);
    return;
  }
  dispatch(node, message);
}

/** @returns false when the message is set aside */
function meetHigherTerm(node: RaftNode, message: RaftMessage): boolean {
  if (message.type === 'vote') {
    if (!message.isTransfer && isLeaderLive(node)) return false;
    if (message.isPre) return true;
  }
  // A granted pre-vote carries the term that would be begun; a refused one a term that exists.
  if (message.type === 'vote-answer' && message.isPre && message.isGranted) return true;
  becomeFollower(node, message.term, 0);
  return true;
}

function dispatch(node: RaftNode, message: RaftMessage): void {
  switch (message.type) {
    case 'vote':
      answerVoteRequest(node, message);
      return;
    case 'vote-answer':
      receiveVote(node, message);
      return;
    case 'append':
      if (meetLeader(node, message.from)) receiveAppend(node, message);
      return;
    case 'heartbeat':
      if (meetLeader(node, message.from)) receiveHeartbeat(node, message);
      return;
    case 'snapshot':
      if (meetLeader(node, message.from)) receiveChunk(node, message);
      return;
    case 'append-answer':
      receiveAppendAnswer(node, message);
      return;
    case 'heartbeat-answer':
      receiveHeartbeatAnswer(node, message);
      return;
    case 'snapshot-answer':
      receiveSnapshotAnswer(node, message);
      return;
    case 'timeout-now':
      receiveTimeoutNow(node, message.from);
      return;
    default:
  }
}

/** A message of the leader of this term. @returns false when that cannot be */
function meetLeader(node: RaftNode, from: number): boolean {
  if (node.role === 'leader' || (node.leader !== 0 && node.leader !== from)) {
    node.reports.push({ type: 'malformed', from });
    return false;
  }
  if (node.role !== 'follower' || node.leader !== from) becomeFollower(node, node.term, from);
  renewContact(node);
  return true;
}
