export { PostgresJournal, type PostgresOptions } from './postgres-journal.js';
