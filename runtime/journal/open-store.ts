import { checkNames } from '../base/check-option.js';
import type { DurationMeter } from '../base/duration-meter.js';
import { TroupeError } from '../base/errors.js';
import type { Journal } from './journal.js';
import type { LmdbOptions } from './lmdb/lmdb-journal.js';
import { MemoryJournal, type MemoryJournalOptions } from './memory-journal.js';
import type { PostgresOptions } from './postgres/postgres-journal.js';

/** Which store a journal is kept in, as plain data. */
export type StoreOptions =
  | ({ readonly kind: 'memory' } & MemoryJournalOptions)
  | ({ readonly kind: 'lmdb' } & LmdbOptions)
  | ({ readonly kind: 'postgres' } & PostgresOptions);

const STORES: { readonly [K in StoreOptions['kind']]: object } = {
  memory: { kind: true, freeze: true },
  lmdb: { kind: true, path: true, owner: true },
  postgres: { kind: true, url: true, schema: true, readConnectionCount: true },
};

/** The reads of a journal. */
export type JournalReads = Pick<Journal, 'read' | 'readAll' | 'head' | 'get' | 'scan' | 'close'>;

/**
 * Opens a store for reading and writing. The code and the packages of a kind are loaded only when it is used.
 * @param durations counts what commits take, where there are any: a store in memory has none
 * @throws {TroupeError} ERR_JOURNAL_PACKAGE, ERR_JOURNAL_OPEN, ERR_JOURNAL_LOCKED, ERR_JOURNAL_VERSION,
 *   ERR_JOURNAL_DAMAGED, ERR_OPTION for a kind that is none
 */
export async function openStore(
  options: StoreOptions,
  durations: DurationMeter | null = null,
): Promise<Journal> {
  const { kind, ...own } = checkedStore('openStore', options);
  switch (kind) {
    case 'memory':
      return new MemoryJournal(own as MemoryJournalOptions);
    case 'lmdb':
      return (await import('./lmdb/index.js')).LmdbJournal.open(own as LmdbOptions, durations);
    case 'postgres': {
      const { PostgresJournal } = await import('./postgres/index.js');
      return PostgresJournal.open(own as PostgresOptions, durations);
    }
  }
}

/**
 * Opens a store that another thread of this process, or this one, has open, for reading only.
 * @returns undefined for a kind that only its writer can read
 * @throws {TroupeError} as {@link openStore}
 */
export async function openReads(options: StoreOptions): Promise<JournalReads | undefined> {
  if (checkedStore('openReads', options).kind !== 'lmdb') return undefined;
  return (await import('./lmdb/index.js')).LmdbReads.open((options as LmdbOptions).path);
}

function checkedStore(where: string, options: StoreOptions): StoreOptions {
  const kind: unknown = options?.kind;
  if (typeof kind === 'string' && Object.hasOwn(STORES, kind)) {
    checkNames<object>(where, options, STORES[options.kind]);
    return options;
  }
  throw new TroupeError('ERR_OPTION', {
    what: `a store of kind '${String(kind)}'`,
    where,
    mend: "use 'memory', 'lmdb' or 'postgres'",
  });
}
