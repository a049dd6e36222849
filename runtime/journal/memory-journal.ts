import { checkNames } from '../base/check-option.js';
import { Closable } from './closable.js';
import { CommitListeners } from './commit-listeners.js';
import { deepFreeze } from './deep-freeze.js';
import type {
  Journal,
  Position,
  ReadRange,
  ScanRange,
  StoredRecord,
  StreamHead,
  TableEntry,
  TransactOptions,
} from './journal.js';
import { JournalState } from './journal-state.js';
import { checkTransactOptions } from './transact-options.js';
import type { Transaction, TransactionResult } from './transaction.js';

/** Every field has a default. */
export interface MemoryJournalOptions {
  /**
   * Freezes all that is stored, so that whoever changes it afterwards fails at once. Values are kept by reference,
   * so such a change would alter the past. For development and tests; false when left out.
   */
  readonly freeze?: boolean;
}

/**
 * A journal in the memory of this thread: lost with it, and fast. Values are kept and given out by
 * reference. Everything happens within the call.
 */
export class MemoryJournal extends Closable implements Journal {
  readonly durability = 'memory' as const;
  readonly #state: JournalState;
  readonly #listeners: CommitListeners;
  readonly #freezes: boolean;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: MemoryJournalOptions = {}) {
    checkNames('MemoryJournal', options, { freeze: true });
    super('memory');
    this.#state = new JournalState();
    this.#listeners = new CommitListeners();
    this.#freezes = options.freeze ?? false;
  }

  /**
   * As `transact`, at once.
   * @throws {TroupeError} ERR_JOURNAL_TRANSACTION, ERR_JOURNAL_CLOSED
   */
  apply(transaction: Transaction): TransactionResult {
    const state = this.#open();
    const before = state.sequence;
    const result = state.apply(transaction);
    if (!result.ok) return result;
    if (this.#freezes) freezeValues(transaction);
    if (state.sequence !== before) this.#listeners.notify();
    return result;
  }

  async transact(transaction: Transaction, options?: TransactOptions): Promise<TransactionResult> {
    checkTransactOptions(options);
    return this.apply(transaction);
  }

  async read(stream: string, range?: ReadRange): Promise<readonly StoredRecord[]> {
    return this.#open().read(stream, range);
  }

  async readAll(after: Position, limit?: number): Promise<readonly StoredRecord[]> {
    return this.#open().readAll(after, limit);
  }

  async head(stream: string): Promise<StreamHead> {
    return this.#open().head(stream);
  }

  async get(table: string, key: string): Promise<unknown> {
    return this.#open().get(table, key);
  }

  async scan(table: string, range?: ScanRange): Promise<readonly TableEntry[]> {
    return this.#open().scan(table, range);
  }

  onCommit(listener: () => void): () => void {
    this.#open();
    return this.#listeners.add(listener);
  }

  async flush(): Promise<void> {
    this.#open();
  }

  protected override async release(): Promise<void> {
    this.#listeners.clear();
  }

  #open(): JournalState {
    this.assertOpen();
    return this.#state;
  }
}

function freezeValues({ appends, puts }: Transaction): void {
  for (const { values } of appends ?? []) for (const value of values) deepFreeze(value);
  for (const { value } of puts ?? []) deepFreeze(value);
}
