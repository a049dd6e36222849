import type { Coverage } from './coverage.js';
import type { SimNode } from './sim-node.js';

/** Notes the situations that a node is in after a step. */
export function observe(coverage: Coverage, node: SimNode, wasLeading: boolean): void {
  const { raft } = node.replica!;
  if (raft.configuration.outgoing.length > 0) coverage.met('a joint configuration was entered');
  if (wasLeading && raft.role === 'follower' && !raft.configuration.voters.includes(raft.id)) {
    coverage.met('a leader was removed');
  }
  if (raft.role !== 'leader') return;
  const older = raft.commit + 1;
  if (older <= raft.lastIndex && raft.termAt(older) < raft.term) {
    const { voters } = raft.configuration;
    const held = voters.filter((id) => (raft.progressOf(id)?.match ?? 0) >= older);
    if (held.length * 2 > voters.length) {
      coverage.met('entries of an older term had a majority and were not committed');
    }
  }
}
