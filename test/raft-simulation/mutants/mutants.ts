import type { Mutant } from '../../mutants/mutant.js';
import { ELECTION_MUTANTS } from './election-mutants.js';
import { MEMBERSHIP_MUTANTS } from './membership-mutants.js';
import { REPLICATION_MUTANTS } from './replication-mutants.js';
import { STORAGE_MUTANTS } from './storage-mutants.js';

/** All faults that are planted in the Raft core and around it. Files are named from `actors/raft/`. */
export const RAFT_MUTANTS: readonly Mutant[] = [
  ...ELECTION_MUTANTS,
  ...REPLICATION_MUTANTS,
  ...MEMBERSHIP_MUTANTS,
  ...STORAGE_MUTANTS,
];
