import { checkNames, type OptionNames, TroupeError } from '../../runtime/index.js';
import { checkPattern } from './subject.js';

/**
 * When a stream lets go of a message.
 *
 * - `limits`: when a limit says so; groups only remember what they have finished
 * - `interest`: when every group that matches it has finished it; at once when there is none
 * - `workqueue`: when its one group has finished it; filters of groups must not overlap
 */
export type Retention = 'limits' | 'interest' | 'workqueue';

/** A stream: what matches `subjects` is stored. Every limit is off when left out. */
export interface StreamOptions {
  /** Subject patterns; no subject may belong to two streams. */
  readonly subjects: readonly string[];
  /** `limits` when left out. */
  readonly retention?: Retention;
  readonly maxMessages?: number;
  readonly maxBytes?: number;
  /** Wall time from the publication, in milliseconds. */
  readonly maxAgeMs?: number;
  readonly maxMessagesPerSubject?: number;
  /** At a limit: the oldest gives way, or the new one is refused; `new` for work queues, else `old`. */
  readonly discard?: 'old' | 'new';
  /** Largest payload, in bytes as estimated by the publisher; 1 MiB. */
  readonly maxPayloadBytes?: number;
  /** How long and for how many messages an `id` is remembered; 120,000 ms, 100,000. */
  readonly dedupWindowMs?: number;
  readonly dedupCount?: number;
  /** Dead letters that its dead-letter stream holds; when it is full, messages stay where they are. 100,000. */
  readonly maxDeadLetters?: number;
  /** `memory` keeps it out of the journal of the broker. */
  readonly storage?: 'journal' | 'memory';
  /** Streams of one place lie on one shard, so that one transaction can hold both; its name when left out. */
  readonly place?: string;
}

/** Delays between tries: `minMs * factor^n`, at most `maxMs`; full jitter takes a random share of that. */
export interface RetryOptions {
  readonly minMs?: number;
  readonly maxMs?: number;
  readonly factor?: number;
  readonly jitter?: 'full' | 'none';
}

/** Where a new group begins. */
export type StartAt =
  | 'start'
  | 'new'
  | 'last-per-subject'
  | { readonly seq: number }
  | { readonly timeMs: number };

/** A consumer group of a stream: each message goes to one of its consumers. */
export interface GroupOptions {
  /** A subject pattern; everything when left out. */
  readonly filter?: string;
  /** `start` when left out. */
  readonly startAt?: StartAt;
  /** How long a consumer may have a message without a word; 30,000 ms. */
  readonly ackWaitMs?: number;
  /** Failures after which a message is a dead letter; 5. */
  readonly maxFailures?: number;
  /** Deliveries after which it is one, also without failures; 100. */
  readonly maxDeliveries?: number;
  /** Messages in flight to all consumers; 10,000. */
  readonly maxInFlight?: number;
  /** Deliveries a second to all consumers, in bursts of a tenth of that; no limit. */
  readonly maxPerSecond?: number;
  readonly retry?: RetryOptions;
  /** False: the group goes with its last consumer, and is kept in memory only. */
  readonly isDurable?: boolean;
}

/** Stream options with nothing left out. */
export type ResolvedStream = Readonly<Required<StreamOptions>>;

/** Group options with nothing left out; `filter` is null for everything. */
export interface ResolvedGroup {
  readonly filter: string | null;
  readonly startAt: StartAt;
  readonly ackWaitMs: number;
  readonly maxFailures: number;
  readonly maxDeliveries: number;
  readonly maxInFlight: number;
  readonly maxPerSecond: number;
  readonly retry: Readonly<Required<RetryOptions>>;
  readonly isDurable: boolean;
}

const STREAM: OptionNames<StreamOptions> = {
  subjects: true,
  retention: true,
  maxMessages: true,
  maxBytes: true,
  maxAgeMs: true,
  maxMessagesPerSubject: true,
  discard: true,
  maxPayloadBytes: true,
  dedupWindowMs: true,
  dedupCount: true,
  maxDeadLetters: true,
  storage: true,
  place: true,
};
const GROUP: OptionNames<GroupOptions> = {
  filter: true,
  startAt: true,
  ackWaitMs: true,
  maxFailures: true,
  maxDeliveries: true,
  maxInFlight: true,
  maxPerSecond: true,
  retry: true,
  isDurable: true,
};
const RETRY: OptionNames<RetryOptions> = { minMs: true, maxMs: true, factor: true, jitter: true };
const START_WORDS: readonly unknown[] = ['start', 'new', 'last-per-subject'];

const NO_LIMIT = Number.MAX_SAFE_INTEGER;
/** One delivery in a day and a half. */
const MIN_PER_SECOND = 2 ** -17;
const NAME = /^[\w-]{1,64}$/;

/** @throws {TroupeError} ERR_BROKER_STREAM when it is no name of a stream or group */
export function checkName(what: string, name: unknown): void {
  if (typeof name === 'string' && NAME.test(name)) return;
  throw new TroupeError('ERR_BROKER_STREAM', {
    what: `${what} is called ${typeof name === 'string' ? `'${name.slice(0, 80)}'` : typeof name}`,
    mend: 'use 1 to 64 letters, digits, _ and -',
  });
}

/** Checks and completes the options of a stream. @throws {TroupeError} ERR_OPTION, ERR_BROKER_SUBJECT */
export function resolveStream(name: string, options: StreamOptions): ResolvedStream {
  checkName('the stream', name);
  checkNames(`stream ${name}`, options, STREAM);
  if (!Array.isArray(options.subjects) || options.subjects.length === 0) {
    throw refusal(name, 'subjects', options.subjects, 'name at least one pattern');
  }
  for (const pattern of options.subjects) checkPattern(pattern);
  const retention = options.retention ?? 'limits';
  const of = (key: keyof StreamOptions, fallback: number, min = 1): number =>
    checkCount(name, key, (options[key] as number | undefined) ?? fallback, min);
  return {
    subjects: options.subjects,
    retention: oneOf(name, 'retention', retention, ['limits', 'interest', 'workqueue']),
    maxMessages: of('maxMessages', NO_LIMIT),
    maxBytes: of('maxBytes', NO_LIMIT),
    maxAgeMs: of('maxAgeMs', NO_LIMIT),
    maxMessagesPerSubject: of('maxMessagesPerSubject', NO_LIMIT),
    discard: oneOf(
      name,
      'discard',
      options.discard ?? (retention === 'workqueue' ? 'new' : 'old'),
      ['old', 'new'],
    ),
    maxPayloadBytes: of('maxPayloadBytes', 2 ** 20),
    dedupWindowMs: of('dedupWindowMs', 120_000),
    dedupCount: of('dedupCount', 100_000),
    maxDeadLetters: of('maxDeadLetters', 100_000),
    storage: oneOf(name, 'storage', options.storage ?? 'journal', ['journal', 'memory']),
    place: options.place ?? name,
  };
}

/** Checks that there are no other options of a group than these. @throws {TroupeError} ERR_OPTION */
export function checkGroupNames(name: string, options: GroupOptions): void {
  checkNames(`group ${name}`, options, GROUP);
  if (options.retry !== undefined) checkNames(`group ${name} retry`, options.retry, RETRY);
}

/** Checks and completes the options of a group. @throws {TroupeError} ERR_OPTION, ERR_BROKER_SUBJECT */
export function resolveGroup(name: string, options: GroupOptions): ResolvedGroup {
  checkName('the group', name);
  checkGroupNames(name, options);
  if (options.filter !== undefined) checkPattern(options.filter);
  const of = (key: keyof GroupOptions, fallback: number): number =>
    checkCount(name, key, (options[key] as number | undefined) ?? fallback, 1);
  const { retry = {}, startAt = 'start' } = options;
  const { minMs = 1000, maxMs = 60_000, factor = 2, jitter = 'full' } = retry;
  return {
    filter: options.filter === '>' ? null : (options.filter ?? null),
    startAt: checkStart(name, startAt),
    ackWaitMs: of('ackWaitMs', 30_000),
    maxFailures: of('maxFailures', 5),
    maxDeliveries: of('maxDeliveries', 100),
    maxInFlight: of('maxInFlight', 10_000),
    maxPerSecond: checkCount(
      name,
      'maxPerSecond',
      options.maxPerSecond ?? NO_LIMIT,
      MIN_PER_SECOND,
    ),
    retry: {
      minMs: checkCount(name, 'retry.minMs', minMs, 0),
      maxMs: checkCount(name, 'retry.maxMs', maxMs, 0),
      factor: checkCount(name, 'retry.factor', factor, 1),
      jitter: oneOf(name, 'retry.jitter', jitter, ['full', 'none']),
    },
    isDurable: options.isDurable ?? true,
  };
}

/** @throws {TroupeError} ERR_OPTION when it is no number from `min` up */
export function checkCount(where: string, option: string, value: number, min: number): number {
  if (typeof value === 'number' && value >= min && value <= NO_LIMIT) return value;
  throw refusal(where, option, value, `use a number from ${min} up`);
}

/** @throws {TroupeError} ERR_OPTION when it is no place in a stream */
export function checkStart(where: string, startAt: StartAt): StartAt {
  if (START_WORDS.includes(startAt)) return startAt;
  if (typeof startAt === 'object' && startAt !== null) {
    const [name, ...more] = Object.keys(startAt);
    const at: unknown = Object.values(startAt)[0];
    const isNamed = (name === 'seq' || name === 'timeMs') && more.length === 0;
    if (isNamed && typeof at === 'number' && at >= 0) return startAt;
  }
  const shown = typeof startAt === 'object' ? JSON.stringify(startAt) : startAt;
  throw refusal(
    where,
    'startAt',
    shown,
    "use 'start', 'new', 'last-per-subject', { seq } or { timeMs }",
  );
}

function oneOf<T extends string>(
  where: string,
  option: string,
  value: T,
  allowed: readonly T[],
): T {
  if (allowed.includes(value)) return value;
  throw refusal(where, option, value, `use one of ${allowed.join(', ')}`);
}

function refusal(where: string, option: string, value: unknown, mend: string): TroupeError {
  return new TroupeError('ERR_OPTION', { what: `${option} is ${String(value)}`, where, mend });
}
