import type { Mutant } from '../../mutants/mutant.js';

/** Faults of what stands between the core and its disk; the simulated disk and its driver have the rules of the real ones. */
export const STORAGE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a record that was torn is taken for whole',
    file: '../../test/raft-simulation/disk.js',
    find: 'if (checksumOf(torn.write) === torn.checksum)',
    replace: '',
  },
  {
    name: 'a write that failed is answered as stored',
    file: '../../test/raft-simulation/faults.js',
    find: 'disk.fail(dice.chance(0.5)); node.crash(0);',
    replace:
      "node.replica.raft.step({ type: 'stored', sequence: disk.fail(false).sequence }); world.pump(node);",
  },
];
