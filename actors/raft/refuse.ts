import type { RaftMessage } from './messages.js';
import type { RaftNode } from './node.js';

/**
 * A node without its disk: it does not know what it has promised, so it promises nothing and says why. A
 * leader that counts on nothing from before `sinceEpoch` makes it a member like any other.
 * @returns true when the message is dealt with
 */
export function refuseWhileLost(node: RaftNode, message: RaftMessage): boolean {
  if (!node.isLost) return false;
  const { type, from, term } = message;
  const isFromLeader = type === 'append' || type === 'heartbeat' || type === 'snapshot';
  if (isFromLeader && message.epoch >= node.sinceEpoch) {
    node.isLost = false;
    return false;
  }
  if (isFromLeader) {
    const { epoch } = message;
    node.send({
      type: 'append-answer',
      from: node.id,
      to: from,
      // It knows no term of its own.
      term,
      epoch,
      index: 0,
      isRejected: true,
      hintIndex: 0,
      hintTerm: 0,
      isLost: true,
    });
  } else if (type === 'vote') {
    const { isPre } = message;
    node.send({ type: 'vote-answer', from: node.id, to: from, term: 0, isPre, isGranted: false });
  }
  return true;
}

/**
 * A message of an older term. Who sent it is told the present one, so that a leader that was cut off, or a
 * candidate with few terms, does not go on for ever (paper, section 5.1).
 */
export function answerOutdated(node: RaftNode, message: RaftMessage): void {
  const { id, term } = node;
  const { type, from } = message;
  if (type === 'vote') {
    const { isPre } = message;
    node.send({ type: 'vote-answer', from: id, to: from, term, isPre, isGranted: false });
  } else if (type === 'append' || type === 'heartbeat' || type === 'snapshot') {
    node.send({
      type: 'append-answer',
      from: id,
      to: from,
      term,
      epoch: message.epoch,
      index: 0,
      isRejected: true,
      hintIndex: 0,
      hintTerm: 0,
      isLost: false,
    });
  }
}

/** An answer to an earlier membership of this node is older than what it has been told since. */
export function isOfFormerMembership(node: RaftNode, message: RaftMessage): boolean {
  const { type } = message;
  if (type !== 'append' && type !== 'heartbeat' && type !== 'snapshot') return false;
  return message.epoch < node.sinceEpoch;
}
