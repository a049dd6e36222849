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
