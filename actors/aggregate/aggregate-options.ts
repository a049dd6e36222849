import { checkNames, type Durability, type OptionNames, TroupeError } from '../../runtime/index.js';
import type { CommandWindow } from './command-window.js';
import type { JournalSource } from './journal-source.js';
import type { ShardLimits } from './shard-members.js';

/** How the aggregates of a kind live. Every field has a default. */
export interface AggregatesOptions {
  /** Where events are kept; when left out, in memory, lost with the process. */
  readonly journal?: JournalSource;
  /** What is waited for before a command is answered; the strongest that the journal has. */
  readonly durability?: Durability;
  /** Threads that host aggregates, 0 the main thread; when left out all workers, or the main thread if there are none. */
  readonly threads?: readonly number[];
  /** Aggregates in memory on each thread, 1 to 1,000,000; 10,000. */
  readonly aliveCount?: number;
  /** Aggregates on each thread whose commands wait for room in memory; 100,000. */
  readonly waitingCount?: number;
  /** An aggregate without commands for so long gives its memory back; 60,000. */
  readonly idleMs?: number;
  /** Commands that may wait for one aggregate; more are answered with `full`; 1000. */
  readonly queueCount?: number;
  /** Commands of one aggregate that are decided in a row and written together; 64. */
  readonly batchCount?: number;
  /** Reads of the journal under way on each thread; 64. */
  readonly readCount?: number;
  /** How long commands with an id are remembered; as long as the store. */
  readonly commandIds?: CommandIdOptions;
}

/**
 * When a command with an id is forgotten: in the transaction of later commands with an id, of the same aggregate or, for
 * transactions over several, of any. Repeated after that it is a new command and is decided again; so keep ids for
 * longer than anybody repeats. Applies to commands executed since it is set.
 */
export interface CommandIdOptions {
  /** So long after it was executed, by the wall clock; 1 to 2^53 - 1. */
  readonly keepMs?: number;
  /** When so many later commands with an id were executed by its aggregate; 1 to 2^53 - 1. Transactions only know `keepMs`. */
  readonly keepCount?: number;
}

const NAMES: OptionNames<AggregatesOptions> = {
  journal: true,
  durability: true,
  threads: true,
  aliveCount: true,
  waitingCount: true,
  idleMs: true,
  queueCount: true,
  batchCount: true,
  readCount: true,
  commandIds: true,
};

/** The window, checked; null for none. @throws {TroupeError} ERR_OPTION */
export function commandWindow(options: CommandIdOptions | undefined): CommandWindow | null {
  checkNames('commandIds', options ?? {}, { keepMs: true, keepCount: true });
  const { keepMs, keepCount } = options ?? {};
  if (keepMs === undefined && keepCount === undefined) return null;
  const max = Number.MAX_SAFE_INTEGER;
  return {
    ms: keepMs === undefined ? Number.POSITIVE_INFINITY : count('keepMs', keepMs, max),
    count: keepCount === undefined ? Number.POSITIVE_INFINITY : count('keepCount', keepCount, max),
  };
}

/** The limits of a shard, checked and complete. @throws {TroupeError} ERR_OPTION */
export function shardLimits(options: AggregatesOptions): ShardLimits {
  checkNames('aggregates', options, NAMES);
  return {
    aliveCount: count('aliveCount', options.aliveCount ?? 10_000, 1e6),
    waitingCount: count('waitingCount', options.waitingCount ?? 100_000, 1e7),
    idleMs: count('idleMs', options.idleMs ?? 60_000, 2 ** 31 - 1),
    queueCount: count('queueCount', options.queueCount ?? 1000, 1e6),
    batchCount: count('batchCount', options.batchCount ?? 64, 1e4),
    readCount: count('readCount', options.readCount ?? 64, 1e4),
  };
}

function count(option: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new TroupeError('ERR_OPTION', {
    what: `${option} is ${value}`,
    where: 'aggregates',
    mend: `use an integer from 1 to ${max}`,
  });
}

/** Most UTF-16 units in the id of an aggregate or a command: names of streams and keys have a limit. */
const MAX_ID_LENGTH = 200;

/** What is wrong with an id, if anything: ERR_OPTION. */
export function idError(what: string, id: unknown): TroupeError | undefined {
  if (typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH) return undefined;
  return new TroupeError('ERR_OPTION', {
    what: `${what} is ${typeof id === 'string' ? `a string of ${id.length}` : typeof id}`,
    mend: `use a string of 1 to ${MAX_ID_LENGTH} characters`,
  });
}
