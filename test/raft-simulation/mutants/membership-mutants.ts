import type { Mutant } from '../../mutants/mutant.js';

/** Faults of membership, and of nodes that lost their disk. */
export const MEMBERSHIP_MUTANTS: readonly Mutant[] = [
  {
    name: 'learners count for commits',
    file: 'replication.js',
    find: 'quorumReached(node.configuration,',
    replace:
      'quorumReached({ ...node.configuration, voters: [...node.configuration.voters, ...node.configuration.learners] },',
  },
  {
    name: 'learners campaign',
    file: 'node.js',
    find: 'if (isVoter(configuration, this.id))',
    replace: 'if (true)',
  },
  {
    name: 'a second change begins before the first has ended',
    file: 'membership.js',
    find: 'if (isJoint(node.configuration) || node.configurationIndex > log.commit)',
    replace: 'if (false)',
  },
  {
    name: 'a joint configuration commits by the new majority only',
    file: 'quorum.js',
    find: 'Math.min(majorityReached(voters, reached), majorityReached(outgoing, reached))',
    replace: 'majorityReached(voters, reached)',
  },
  {
    name: 'a joint configuration elects by the new majority only',
    file: 'quorum.js',
    find: "if (one === 'won' && other === 'won')",
    replace: "if (one === 'won')",
  },
  {
    name: 'a majority is one half',
    file: 'quorum.js',
    find: 'const needed = (voters.length >>> 1) + 1;',
    replace: 'const needed = (voters.length + 1) >>> 1;',
  },
  {
    name: 'the quorum of commits is off by one',
    file: 'quorum.js',
    find: 'count - (count >>> 1) - 1',
    replace: 'Math.min(count - (count >>> 1), count - 1)',
  },
  {
    name: 'a change is made in one step',
    file: 'configuration.js',
    find: 'outgoing: current.voters,',
    replace: 'outgoing: [],',
  },
  {
    name: 'a configuration whose entry was taken away stays in force',
    file: 'node.js',
    find: 'this.configurations.pop();',
    replace: 'break;',
  },
  {
    name: 'a restart forgets configurations that were not committed',
    file: 'node.js',
    find: 'for (const entry of entries) this.noteConfiguration(entry);',
    replace: '',
  },
  {
    name: 'a snapshot keeps the configuration that it replaces',
    file: 'follow.js',
    find: 'node.configurations = [{ index: snapshot.index, configuration: snapshot.configuration }];',
    replace: '',
  },
  {
    name: 'a joint configuration is left only by the leader that entered it',
    file: 'membership.js',
    find: 'if (!isJoint(configuration) || node.configurationIndex > log.commit)',
    replace:
      'if (!isJoint(configuration) || node.configurationIndex > log.commit || log.termAt(node.configurationIndex) !== node.term)',
  },
  {
    name: 'a leader that was removed goes on',
    file: 'replication.js',
    find: 'stepDownRemoved(node);',
    replace: '',
  },
  {
    name: 'a node that an uncommitted configuration leaves out never campaigns',
    file: 'node.js',
    find: 'if (index <= this.log.commit) return false;',
    replace: 'return false;',
  },
  {
    name: 'old acknowledgements count for a node that was added again',
    file: 'replication.js',
    find: 'return progress?.epoch === epoch ? progress : undefined;',
    replace: 'return progress;',
    equivalent:
      'what was acknowledged under a former membership is committed before the next one begins; the scenario epoch.txt tells',
  },
  {
    name: 'a node without its disk takes part',
    file: 'refuse.js',
    find: 'if (!node.isLost) return false;',
    replace: 'return false;',
  },
  {
    name: 'a node without its disk comes back under its old membership',
    file: 'refuse.js',
    find: 'message.epoch >= node.sinceEpoch',
    replace: 'message.epoch >= 0',
  },
];
