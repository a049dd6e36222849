import type { Mutant } from '../../mutants/mutant.js';

/** Faults of the log, of commits, reads, snapshots and sessions. */
export const REPLICATION_MUTANTS: readonly Mutant[] = [
  {
    name: 'entries of older terms are committed by counting',
    file: 'replication.js',
    find: 'reached <= log.commit || log.termAt(reached) !== node.term',
    replace: 'reached <= log.commit',
  },
  {
    name: 'a heartbeat commits what the follower may not hold',
    file: 'reads.js',
    find: 'commit: Math.min(progress.match, node.log.commit),',
    replace: 'commit: node.log.commit,',
  },
  {
    name: 'an append takes away what follows, conflict or not',
    file: 'follow.js',
    find: 'if (log.has(entry.index, entry.term)) continue;',
    replace: '',
  },
  {
    name: 'conflicting entries are left in the log',
    file: 'follow.js',
    find: 'if (log.has(entry.index, entry.term)) continue;',
    replace: 'continue;',
  },
  {
    name: 'the term of the previous entry is not looked at',
    file: 'follow.js',
    find: '!log.has(prevIndex, prevTerm)',
    replace: 'prevIndex > log.last',
  },
  {
    name: 'acknowledgements are sent before the entries are on disk',
    file: 'write-tracker.js',
    find: 'if (this.isClean)',
    replace: "if (this.isClean || message.type === 'append-answer')",
  },
  {
    name: 'a write that was overtaken by a conflict counts in full',
    file: 'write-tracker.js',
    find: 'write.last = index - 1;',
    replace: ';',
  },
  {
    name: 'a leader counts its own entries before they are on disk',
    file: 'replication.js',
    find: 'own.match = node.log.stable;',
    replace: 'own.match = node.log.last;',
  },
  {
    name: 'a rejection counts as an acknowledgement',
    file: 'replication.js',
    find: 'if (isRejected) {',
    replace: 'if (false) {',
  },
  {
    name: 'a probe that was lost is never sent again',
    file: 'reads.js',
    find: 'progress.isProbing = false;',
    replace: '',
  },
  {
    name: 'appends under way are not limited',
    file: 'inflights.js',
    find: 'return this.count >= this.#maxCount || this.#bytes >= this.#maxBytes;',
    replace: 'return false;',
  },
  {
    name: 'entries are applied before they are committed',
    file: 'raft.js',
    find: 'const end = Math.min(log.commit, log.stable);',
    replace: 'const end = log.stable;',
  },
  {
    name: 'a new leader answers reads before it has committed in its term',
    file: 'reads.js',
    find: 'if (log.termAt(log.commit) !== node.term) {',
    replace: 'if (false) {',
  },
  {
    name: 'reads are answered without asking a quorum',
    file: 'reads.js',
    find: 'if (holdsLease(node)) {',
    replace: 'if (true) {',
  },
  {
    name: 'a read is confirmed by a round that began before it',
    file: 'read-queue.js',
    find: 'round: this.round + 1',
    replace: 'round: this.round',
  },
  {
    name: 'a follower answers a read before it has applied up to its index',
    file: 'pending-reads.js',
    find: 'if (each.index <= applied)',
    replace: 'if (true)',
  },
  {
    name: 'a snapshot older than the state is installed',
    file: 'follow.js',
    find: 'if (index <= log.commit)',
    replace: 'if (false)',
  },
  {
    name: 'a snapshot leaves the log behind it as it is',
    file: 'follow.js',
    find: 'log.resetTo(snapshot.index, snapshot.term);',
    replace: 'log.commit = snapshot.index;',
  },
  {
    name: 'a piece of a snapshot that was lost is never sent again',
    file: 'reads.js',
    find: 'progress.isChunkUnderWay = false;',
    replace: '',
  },
  {
    name: 'a snapshot is restored without its sessions',
    file: 'replica.js',
    find: 'this.#sessions.restore(sessions);',
    replace: '',
  },
  {
    name: 'a command that is asked again is applied again',
    file: 'session-table.js',
    find: 'if (session.replies.has(sequence))',
    replace: 'if (false)',
  },
  {
    name: 'a snapshot has the sessions in another order of use',
    file: 'session-table.js',
    find: 'return [...this.#sessions].map(',
    replace: 'return [...this.#sessions].reverse().map(',
  },
];
