import type { Mutant } from '../../mutants/mutant.js';
import { ELECTION_MUTANTS } from './election-mutants.js';
import { MEMBERSHIP_MUTANTS } from './membership-mutants.js';
import { REPLICATION_MUTANTS } from './replication-mutants.js';

/** All faults that are planted in the Raft core. Files lie below `actors/raft/`. */
export const RAFT_MUTANTS: readonly Mutant[] = [
  ...ELECTION_MUTANTS,
  ...REPLICATION_MUTANTS,
  ...MEMBERSHIP_MUTANTS,
];
