import { TroupeError } from '../base/errors.js';

/** What can be closed, once, and refuses every call after that. */
export abstract class Closable {
  protected readonly where: string;
  #closing: Promise<void> | undefined;

  /** @param where names the store in errors */
  protected constructor(where: string) {
    this.where = where;
    this.#closing = undefined;
  }

  /** Waits for what is under way and gives everything back. Again: the same promise. */
  close(): Promise<void> {
    this.#closing ??= this.release();
    return this.#closing;
  }

  /** Gives everything back; called once, when no call is accepted any more. */
  protected abstract release(): Promise<void>;

  /** @throws {TroupeError} ERR_JOURNAL_CLOSED */
  protected assertOpen(): void {
    if (this.#closing === undefined) return;
    throw new TroupeError('ERR_JOURNAL_CLOSED', {
      what: 'the journal is closed',
      where: this.where,
      mend: 'open it again, and close it after the last call only',
    });
  }
}
