import type { Mutant } from '../../mutants/mutant.js';

/** Faults of elections, votes, leases and hand-overs. */
export const ELECTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'logs are compared by their length only',
    file: 'raft-log.js',
    find: 'return lastTerm > own || (lastTerm === own && lastIndex >= this.last);',
    replace: 'return lastIndex >= this.last;',
  },
  {
    name: 'logs are compared by their last term only',
    file: 'raft-log.js',
    find: 'return lastTerm > own || (lastTerm === own && lastIndex >= this.last);',
    replace: 'return lastTerm >= own;',
  },
  {
    name: 'a node votes for two candidates of one term',
    file: 'election.js',
    find: 'const isFree = node.vote === from || (node.vote === 0 && node.leader === 0);',
    replace: 'const isFree = true;',
  },
  {
    name: 'a restart forgets the vote',
    file: 'node.js',
    find: 'this.vote = hardState?.vote ?? 0;',
    replace: 'this.vote = 0;',
  },
  {
    name: 'a new term is not written',
    file: 'node.js',
    find: 'this.writes.isHardStateDirty = true;',
    replace: '',
  },
  {
    name: 'votes are asked for before the new term is on disk',
    file: 'write-tracker.js',
    find: 'if (this.isClean)',
    replace: "if (this.isClean || message.type === 'vote')",
  },
  {
    name: 'a vote is given before it is on disk',
    file: 'write-tracker.js',
    find: 'if (this.isClean)',
    replace: "if (this.isClean || (message.type === 'vote-answer' && message.from !== message.to))",
  },
  {
    name: 'a pre-vote raises the term',
    file: 'step.js',
    find: 'if (message.isPre) return true;',
    replace: '',
  },
  {
    name: 'the higher term in a refused pre-vote is ignored',
    file: 'step.js',
    find: "message.type === 'vote-answer' && message.isPre && message.isGranted",
    replace: "message.type === 'vote-answer' && message.isPre",
  },
  {
    name: 'votes are given while a leader is live',
    file: 'step.js',
    find: 'if (!message.isTransfer && isLeaderLive(node))',
    replace: 'if (false)',
  },
  {
    name: 'a leader does not reset the election timer',
    file: 'follow.js',
    find: 'node.electionElapsed = 0;',
    replace: '',
  },
  {
    name: 'a leader without a quorum stays',
    file: 'tick.js',
    find: 'if (checkQuorum && !isQuorumActive(node))',
    replace: 'if (false)',
  },
  {
    name: 'messages of old terms are handled',
    file: 'step.js',
    find: 'else if (message.term < node.term)',
    replace: 'else if (false)',
  },
  {
    name: 'a new leader writes no entry of its own',
    file: 'election.js',
    find: 'node.append(makeEntry(log.last + 1, term, NOOP_PROPOSAL));',
    replace: '',
  },
  {
    name: 'voters refuse a candidate that their own configuration lacks',
    file: 'election.js',
    find: 'const isGranted = mayVote &&',
    replace: 'const isGranted = node.configuration.voters.includes(from) && mayVote &&',
  },
  {
    name: 'a lease lasts three times as long',
    file: 'reads.js',
    find: 'node.ticks - confirmedTick < leaseTicks',
    replace: 'node.ticks - confirmedTick < leaseTicks * 3',
  },
  {
    name: 'a leader that hands over keeps its lease',
    file: 'reads.js',
    find: 'leaseTicks === 0 || node.hasAbdicated ||',
    replace: 'leaseTicks === 0 ||',
  },
];
