export type {
  Durability,
  Journal,
  Position,
  ReadRange,
  ScanRange,
  StoredRecord,
  StreamHead,
  TableEntry,
  TransactOptions,
} from './journal.js';
export { START } from './journal.js';
export { JournalState } from './journal-state.js';
export { MemoryJournal, type MemoryJournalOptions } from './memory-journal.js';
export { type JournalReads, openReads, openStore, type StoreOptions } from './open-store.js';
export type {
  Append,
  Conflict,
  ExpectedValue,
  ExpectedVersion,
  Put,
  Transaction,
  TransactionResult,
  Truncate,
} from './transaction.js';
