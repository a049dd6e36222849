import { ENTRY_KIND, makeEntry, type Proposal } from './entry.js';
import type { RaftNode } from './node.js';

/** What `propose` returns instead of an index. */
export const PROPOSAL = {
  /** On its way to the leader that this node knows of; its fate shows when it is applied, or never. */
  forwarded: 0,
  noLeader: -1,
  /** Too much is not committed yet. */
  full: -2,
  /** Leadership is being handed over. */
  transferring: -3,
} as const;

/** Proposals in one message at most. */
const MAX_FORWARDED_COUNT = 256;

/** Puts a proposal into the leader's log, or sends it to the leader. @returns the index, or a {@link PROPOSAL} */
export function propose(node: RaftNode, proposal: Proposal): number {
  if (node.role !== 'leader') {
    const { id: from, leader: to, term } = node;
    if (to === 0 || node.isLost) return PROPOSAL.noLeader;
    const last = node.outbox[node.outbox.length - 1];
    const isRoom = last?.type === 'forward' && last.proposals.length < MAX_FORWARDED_COUNT;
    // Those that come before the next ready travel together.
    if (isRoom && last.to === to) last.proposals.push(proposal);
    else node.send({ type: 'forward', from, to, term, proposals: [proposal] });
    return PROPOSAL.forwarded;
  }
  if (node.transferTarget !== 0) return PROPOSAL.transferring;
  const bytes = node.uncommittedBytes + proposal.bytes;
  if (bytes > node.options.maxUncommittedBytes && node.uncommittedBytes > 0) return PROPOSAL.full;
  node.uncommittedBytes = bytes;
  const index = node.log.last + 1;
  node.append(makeEntry(index, node.term, proposal));
  node.isReplicationDue = true;
  return index;
}

/** Proposals of a follower. Those that find no leader here, or no room, are lost: their proposer asks again. */
export function takeForwarded(node: RaftNode, proposals: readonly Proposal[]): void {
  if (node.role !== 'leader') return;
  for (const proposal of proposals) {
    if (proposal.kind === ENTRY_KIND.command || proposal.kind === ENTRY_KIND.session) {
      propose(node, proposal);
    }
  }
}
