import { optionError } from '../../base/check-option.js';
import type { Clock } from '../../base/clock.js';
import type { OnceRecord, OnceStore } from './once-store.js';

/** What of a journal is used: `Journal` of `troupe/journal` has it. */
export interface OnceJournal {
  get(table: string, key: string): Promise<unknown>;
  transact(transaction: {
    readonly puts: readonly {
      readonly table: string;
      readonly key: string;
      readonly value: unknown;
      readonly expected: 'absent' | { readonly equals: unknown };
    }[];
  }): Promise<{ readonly ok: boolean }>;
}

/** The clock on the wall, which processes share and which may be set. */
const wallClock: Clock = { now: () => Date.now() };

/**
 * Records in a table of a journal: they outlive the process, as safely as the journal writes. Results must be plain
 * data; an error that is kept comes back as an `Error` with its name, message and code. Records that are over stay until their key is used again; `scan` of the journal finds them.
 */
export class JournalOnceStore implements OnceStore {
  readonly clock: Clock;
  readonly #journal: OnceJournal;
  readonly #table: string;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(journal: OnceJournal, table = 'once', clock: Clock = wallClock) {
    if (typeof journal?.get !== 'function' || typeof journal.transact !== 'function') {
      throw optionError('JournalOnceStore', journal, 'a journal');
    }
    this.#journal = journal;
    this.#table = table;
    this.clock = clock;
  }

  async get(key: string): Promise<OnceRecord | undefined> {
    return fromData((await this.#journal.get(this.#table, key)) as Data | undefined);
  }

  async replace(
    key: string,
    expected: OnceRecord | undefined,
    next: OnceRecord | undefined,
  ): Promise<boolean> {
    const condition = expected === undefined ? ('absent' as const) : { equals: toData(expected) };
    const value = next === undefined ? undefined : toData(next);
    const put = { table: this.#table, key, value, expected: condition };
    return (await this.#journal.transact({ puts: [put] })).ok;
  }
}

/** A record as plain data: an error by its parts, a missing result by a missing key. */
type Data = Omit<OnceRecord, 'result'> & {
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string };
};

function toData({ status, fingerprint, owner, untilMs, result }: OnceRecord): Data {
  const data = { status, fingerprint, owner, untilMs };
  if (!(result instanceof Error)) return result === undefined ? data : { ...data, result };
  const { name, message, code } = result as Error & { code?: unknown };
  const error = typeof code === 'string' ? { name, message, code } : { name, message };
  return { ...data, error };
}

function fromData(data: Data | undefined): OnceRecord | undefined {
  if (data === undefined) return undefined;
  const { status, fingerprint, owner, untilMs, result, error } = data;
  const failure = error === undefined ? undefined : Object.assign(new Error(error.message), error);
  return { status, fingerprint, owner, untilMs, result: failure ?? result };
}
