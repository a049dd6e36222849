import { epochOf, membersOf } from './configuration.js';
import { makeEntry, NOOP_PROPOSAL } from './entry.js';
import type { RaftMessage, VoteAnswer, VoteRequest } from './messages.js';
import { NOT_CONFIRMED } from './messages.js';
import { NO_PROGRESS, NO_VOTES, type RaftNode } from './node.js';
import { freshProgress } from './progress.js';
import { tally } from './quorum.js';

/** Becomes a follower in a term (paper, section 5.1), or stays one and learns of its leader. */
export function becomeFollower(node: RaftNode, term: number, leader: number): void {
  if (node.role === 'leader') resign(node);
  if (term > node.term) node.setTerm(term, 0);
  node.turn(leader === 0 ? 'term-seen' : 'leader-seen');
  node.leader = leader;
  node.votes = NO_VOTES;
  node.resetElectionTimer();
}

/** CheckQuorum: a leader that no quorum answers is none (thesis, section 6.2). */
export function loseQuorum(node: RaftNode): void {
  resign(node);
  node.turn('quorum-lost');
  node.leader = 0;
  node.contactElapsed = node.options.electionTicks;
  node.resetElectionTimer();
}

/** A leader that is no voter of the committed configuration steps down (thesis, section 4.2.2). */
export function stepDownRemoved(node: RaftNode): void {
  resign(node);
  node.turn('removed');
  node.leader = 0;
  node.resetElectionTimer();
}

/** Ends leadership: what was waiting for it is told so. */
function resign(node: RaftNode): void {
  for (const { from, context } of node.reads.clear()) {
    answerRead(node, from, context, NOT_CONFIRMED);
  }
  node.progress = NO_PROGRESS;
  node.transferTarget = 0;
  node.uncommittedBytes = 0;
  node.isReplicationDue = false;
  node.isRoundDue = false;
}

/** Tells whoever asked for a read what became of it. */
export function answerRead(node: RaftNode, from: number, context: number, index: number): void {
  if (from === node.id) node.readStates.push({ context, index });
  else {
    node.send({ type: 'read-answer', from: node.id, to: from, term: node.term, context, index });
  }
}

/** True while a leader must be expected to be live: votes are refused then (thesis, section 4.2.3). */
export function isLeaderLive({ options, role, contactElapsed }: RaftNode): boolean {
  return options.checkQuorum && (role === 'leader' || contactElapsed < options.electionTicks);
}

/** The election timeout has passed, or the leader hands over (paper, section 5.2). */
export function campaign(node: RaftNode, isTransfer: boolean): void {
  if (node.role === 'leader' || !node.isPromotable) return;
  node.contactElapsed = node.options.electionTicks;
  node.leader = 0;
  node.votes = NO_VOTES;
  node.resetElectionTimer();
  if (node.options.preVote && !isTransfer) {
    node.turn('canvass');
    requestVotes(node, node.term + 1, true, false);
    countVote(node, node.id, true);
  } else {
    beginTerm(node, isTransfer);
  }
}

/** A new term, and this node's vote for itself, which counts when it is on disk. */
function beginTerm(node: RaftNode, isTransfer: boolean): void {
  node.turn('campaign');
  node.leader = 0;
  node.votes = NO_VOTES;
  node.resetElectionTimer();
  node.setTerm(node.term + 1, node.id);
  const { id, term } = node;
  node.sendWhenStored({
    type: 'vote-answer',
    from: id,
    to: id,
    term,
    isPre: false,
    isGranted: true,
  });
  requestVotes(node, term, false, isTransfer);
}

function requestVotes(node: RaftNode, term: number, isPre: boolean, isTransfer: boolean): void {
  const { id, log, configuration } = node;
  for (const to of new Set([...configuration.voters, ...configuration.outgoing])) {
    if (to === id) continue;
    const { last: lastIndex, lastTerm } = log;
    const request: VoteRequest = {
      type: 'vote',
      from: id,
      to,
      term,
      lastIndex,
      lastTerm,
      isPre,
      isTransfer,
    };
    // The term must not be begun again after a restart: another log could be written in it.
    if (isPre) node.send(request);
    else node.sendWhenStored(request);
  }
}

/**
 * A vote is granted once in a term, to a candidate whose log is at least as up to date (paper, sections 5.2 and
 * 5.4.1). Who belongs to the group is not looked at: the voter's configuration may be the older one
 * (thesis, section 4.2.2).
 */
export function answerVoteRequest(node: RaftNode, request: VoteRequest): void {
  const { term, isPre, from, lastIndex, lastTerm } = request;
  const isFree = node.vote === from || (node.vote === 0 && node.leader === 0);
  const mayVote = isPre ? term > node.term || isFree : isFree;
  const isGranted = mayVote && node.log.isUpToDate(lastIndex, lastTerm);
  const answer: VoteAnswer = {
    type: 'vote-answer',
    from: node.id,
    to: from,
    term: isPre && isGranted ? term : node.term,
    isPre,
    isGranted,
  };
  if (isPre || !isGranted) {
    node.send(answer);
    return;
  }
  if (node.vote !== from) node.setTerm(node.term, from);
  node.resetElectionTimer();
  node.sendWhenStored(answer);
}

/** An answer to this node's candidacy. */
export function receiveVote(node: RaftNode, { from, isPre, isGranted }: VoteAnswer): void {
  const isExpected = isPre ? node.role === 'pre-candidate' : node.role === 'candidate';
  if (isExpected) countVote(node, from, isGranted);
}

/** This node's vote for itself is on disk. */
export function receiveOwnVote(node: RaftNode, message: RaftMessage): void {
  if (message.type === 'vote-answer' && message.term === node.term) receiveVote(node, message);
}

function countVote(node: RaftNode, from: number, isGranted: boolean): void {
  if (node.votes === NO_VOTES) node.votes = new Map();
  if (!node.votes.has(from)) node.votes.set(from, isGranted);
  switch (tally(node.configuration, node.votes)) {
    case 'won':
      if (node.role === 'pre-candidate') beginTerm(node, false);
      else becomeLeader(node);
      return;
    case 'lost':
      node.turn('defeated');
      return;
    case 'open':
  }
}

/** Begins to lead with an entry of its own term, which commits those before it (paper, section 5.4.2). */
function becomeLeader(node: RaftNode): void {
  const { id, term, log, configuration, options } = node;
  node.turn('elected');
  node.leader = id;
  node.votes = NO_VOTES;
  node.electionElapsed = 0;
  node.heartbeatElapsed = 0;
  node.hasAbdicated = false;
  node.progress = new Map();
  for (const member of membersOf(configuration)) {
    const epoch = epochOf(configuration, member);
    node.progress.set(member, freshProgress(member, epoch, log.last + 1, options));
  }
  const own = node.progress.get(id);
  if (own !== undefined) own.match = log.stable;
  node.uncommittedBytes = 0;
  for (let index = log.commit + 1; index <= log.last; index++) {
    node.uncommittedBytes += log.at(index)!.bytes;
  }
  node.append(makeEntry(log.last + 1, term, NOOP_PROPOSAL));
  node.isReplicationDue = true;
}
