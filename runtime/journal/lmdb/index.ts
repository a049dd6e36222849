export { FORMAT } from './descriptor.js';
export { LmdbJournal, type LmdbOptions } from './lmdb-journal.js';
export { LmdbReads } from './lmdb-reads.js';
