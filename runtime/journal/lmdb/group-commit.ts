import { systemClock } from '../../base/clock.js';
import type { DurationMeter } from '../../base/duration-meter.js';
import { TroupeError } from '../../base/errors.js';
import { busyError, MAX_WAITING_COUNT } from '../busy-error.js';
import type { EncodedTransaction } from '../encode-transaction.js';
import type { TransactionResult } from '../transaction.js';
import { DATA_FILE } from './data-file.js';
import type { Database } from './database.js';
import { storeError } from './errors.js';
import { FilePresence } from './file-presence.js';
import type { Ownership } from './owner.js';
import type { LmdbWriter } from './writer.js';

interface Waiter {
  readonly encoded: EncodedTransaction;
  readonly resolve: (result: TransactionResult) => void;
  readonly reject: (error: Error) => void;
}

type Answer = TransactionResult | TroupeError;

/** What a group commit works on. */
export interface GroupCommitPort {
  readonly database: Database;
  readonly writer: LmdbWriter;
  readonly ownership: Ownership;
  readonly path: string;
  /** Called after each commit that appended records. */
  readonly onCommit: () => void;
  /** What commits take; null: nobody wants to know. */
  readonly durations: DurationMeter | null;
}

/**
 * Puts transactions that arrive together into one commit: those of one turn of the event loop, and those that arrive
 * while the last commit is under way. A commit is a flush, and is done on a thread of LMDB's.
 */
export class GroupCommit {
  readonly #port: GroupCommitPort;
  readonly #file: FilePresence;
  #waiting: Waiter[];
  #isDue: boolean;
  #isCommitting: boolean;
  /** The files are gone: nothing more is written. */
  #failure: TroupeError | undefined;
  #idle: (() => void)[];

  constructor(port: GroupCommitPort) {
    this.#port = port;
    this.#file = new FilePresence(port.path, systemClock);
    this.#waiting = [];
    this.#isDue = false;
    this.#isCommitting = false;
    this.#failure = undefined;
    this.#idle = [];
  }

  /**
   * @throws {TroupeError} ERR_JOURNAL_FULL, ERR_JOURNAL_FAILED, ERR_JOURNAL_LOCKED, ERR_JOURNAL_DAMAGED,
   *   ERR_JOURNAL_BUSY
   */
  add(encoded: EncodedTransaction): Promise<TransactionResult> {
    if (this.#waiting.length >= MAX_WAITING_COUNT) {
      return Promise.reject(busyError(this.#port.path));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ encoded, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when all that was added before is flushed and has its answer. */
  async flush(): Promise<void> {
    if (this.#isCommitting || this.#isDue) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #schedule(): void {
    if (this.#isDue || this.#isCommitting) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#isCommitting = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      if ((await this.#tryCommit(group)) === undefined) continue;
      // One of them failed and took the others with it: each by itself shows whose fault it is.
      for (const waiter of group) {
        const error = await this.#tryCommit([waiter]);
        if (error !== undefined) waiter.reject(error);
      }
    }
    this.#isCommitting = false;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  async #tryCommit(group: readonly Waiter[]): Promise<TroupeError | undefined> {
    if (this.#failure !== undefined) return this.#failure;
    const { database, writer, ownership, path, onCommit, durations } = this.#port;
    const startMs = durations?.now() ?? 0;
    let answers: readonly Answer[];
    try {
      database.resetReadTxn();
      writer.begin();
      answers = this.#applyAll(group);
      writer.end();
      if (!writer.isEmpty) {
        const write = (): void => writer.queueWrites();
        const flushMs = durations?.now() ?? 0;
        const flushed = database.ifNoExists(ownership.fence, write);
        const looked = this.#lookAtFile();
        if (!(await flushed)) throw ownership.lockedError();
        durations?.record('journalFlush', durations.now() - flushMs);
        await looked;
        if (this.#failure !== undefined) throw this.#failure;
        durations?.record('journalCommit', durations.now() - startMs);
      }
    } catch (thrown) {
      const cause = await causeOf(thrown);
      this.#rollBack();
      return storeError(cause, path, 'ERR_JOURNAL_FAILED');
    }
    for (let i = 0; i < group.length; i++) {
      const answer = answers[i]!;
      if (answer instanceof TroupeError) group[i]!.reject(answer);
      else group[i]!.resolve(answer);
    }
    if (writer.hasAppended) onCommit();
    return undefined;
  }

  #applyAll(group: readonly Waiter[]): Answer[] {
    const { writer, path } = this.#port;
    const answers: Answer[] = [];
    for (const { encoded } of group) {
      try {
        answers.push(writer.apply(encoded));
      } catch (cause) {
        answers.push(storeError(cause, path, 'ERR_JOURNAL_FAILED'));
      }
    }
    return answers;
  }

  #rollBack(): void {
    const { database, writer, path } = this.#port;
    try {
      database.resetReadTxn();
      writer.rollBack();
    } catch (error) {
      this.#failure ??= storeError(error, path, 'ERR_JOURNAL_FAILED');
    }
  }

  /**
   * LMDB goes on writing to a file that was deleted; nobody will find that again. It is looked for while the disk is
   * busy with the commit, which LMDB begins in an immediate of its own before this one.
   */
  #lookAtFile(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        if (!this.#file.isThere()) this.#failure = this.#goneError();
        resolve();
      });
    });
  }

  #goneError(): TroupeError {
    return new TroupeError('ERR_JOURNAL_FAILED', {
      what: `the file ${DATA_FILE} was deleted or replaced while the store was open`,
      where: this.#port.path,
      mend: 'close the store before its files are moved; open it again',
    });
  }
}

/** LMDB rejects a commit with an error that promises the reason. */
async function causeOf(thrown: unknown): Promise<unknown> {
  const promised = (thrown as { readonly commitError?: Promise<unknown> }).commitError;
  if (promised === undefined) return thrown;
  return promised.then(
    () => thrown,
    (error: unknown) => error,
  );
}
