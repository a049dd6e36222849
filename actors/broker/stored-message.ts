import type { SubjectEntry } from './subject-index.js';

/** Text beside the payload, for those who route or trace. */
export type Headers = Readonly<Record<string, string>>;

/** Priority of a message that names none; 0 is the least urgent, 9 the most (JMS, AMQP 1.0). */
export const DEFAULT_PRIORITY = 4;
/** Priorities are 0 to 9. */
export const PRIORITY_COUNT = 10;

/** Where a dead letter comes from, and why it died. */
export interface DeadInfo {
  readonly stream: string;
  readonly group: string;
  readonly seq: number;
  readonly reason: DeadReason;
  /** What the last failure said. */
  readonly error: string | undefined;
  readonly deliveries: number;
  readonly failures: number;
  /** Wall time of its first publication and of its death. */
  readonly publishedAtMs: number;
  readonly diedAtMs: number;
}

/** Why a message was moved to the dead-letter stream. */
export const DEAD_REASONS = {
  failures: 'it failed as often as its group allows',
  deliveries: 'it was delivered as often as its group allows',
  rejected: 'a consumer rejected it',
  undecodable: 'it does not fit the schema of the consumer',
  unsendable:
    'it cannot leave the thread of its shard: it is no data, or larger than a message may be',
} as const;

/** The name of a reason. */
export type DeadReason = keyof typeof DEAD_REASONS;

/** What a stored message is made of; times are wall times, 0 for none. */
export interface MessageFields {
  readonly subject: string;
  readonly payload: unknown;
  readonly bytes: number;
  readonly publishedAtMs: number;
  readonly id: string | null;
  readonly headers: Headers | null;
  /** Messages of one key are in flight one at a time, in order. */
  readonly key: string | null;
  readonly priority: number;
  /** Not delivered before. */
  readonly dueAtMs: number;
  readonly expiresAtMs: number;
  /** For this group only: it was redriven from the dead letters of that group. */
  readonly target: string | null;
  readonly dead: DeadInfo | null;
}

/** What every message has, as a journal holds it; the sequence is the key. */
type PlainRow = readonly [subject: string, payload: unknown, bytes: number, publishedAtMs: number];

/** A message as a journal holds it: the fields in the order of the constructor, without those of {@link PLAIN}. */
export type MessageRow =
  | PlainRow
  | readonly [
      ...PlainRow,
      id: string | null,
      headers: Headers | null,
      key: string | null,
      priority: number,
      dueAtMs: number,
      expiresAtMs: number,
      target: string | null,
      dead: DeadInfo | null,
    ];

/** What few messages have: kept apart, so that the others are small. */
interface Rare {
  readonly id: string | null;
  readonly headers: Headers | null;
  readonly key: string | null;
  readonly priority: number;
  readonly dueAtMs: number;
  readonly expiresAtMs: number;
  readonly target: string | null;
  readonly dead: DeadInfo | null;
}

const PLAIN: Rare = {
  id: null,
  headers: null,
  key: null,
  priority: DEFAULT_PRIORITY,
  dueAtMs: 0,
  expiresAtMs: 0,
  target: null,
  dead: null,
};

/** When messages were published: one object for all of a millisecond, where each would have a number of its own. */
export interface Moment {
  /** Milliseconds since 1970. */
  wallMs: number;
  /** Messages that have it, of those that may be used again. */
  uses: number;
}

/** One message of a stream. */
export class StoredMessage implements MessageFields {
  /** 0 until a stream has taken it. */
  seq: number;
  subject: string;
  payload: unknown;
  bytes: number;
  publishedAt: Moment;
  readonly rare: Rare;
  /** True when something may still refer to it when it is gone: it is not used for another message then. */
  isKept: boolean;
  /** False until its publication is as safe as it was promised to be: not delivered before. */
  isCommitted: boolean;
  /** Groups that have not finished it, in a stream that keeps messages for their interest. */
  interestCount: number;
  /** Where its subject stands in the stream, null for a message that is not there; and the neighbours of the same subject. */
  entry: SubjectEntry | null;
  older: StoredMessage | null;
  newer: StoredMessage | null;

  constructor(
    subject: string,
    payload: unknown,
    bytes: number,
    publishedAt: Moment,
    rare: Rare = PLAIN,
  ) {
    this.seq = 0;
    this.subject = subject;
    this.payload = payload;
    this.bytes = bytes;
    this.publishedAt = publishedAt;
    this.rare = rare;
    this.isKept = rare !== PLAIN;
    this.isCommitted = false;
    this.interestCount = 0;
    this.entry = null;
    this.older = null;
    this.newer = null;
  }

  /** Makes another plain message of one that is gone, which has no neighbours. */
  renew(subject: string, payload: unknown, bytes: number, publishedAt: Moment): void {
    this.seq = 0;
    this.subject = subject;
    this.payload = payload;
    this.bytes = bytes;
    this.publishedAt = publishedAt;
    this.isCommitted = false;
    this.interestCount = 0;
  }

  /** A message with these fields. */
  static of(fields: MessageFields): StoredMessage {
    const { subject, payload, bytes, publishedAtMs } = fields;
    const { id, headers, key, priority, dueAtMs, expiresAtMs, target, dead } = fields;
    const rare = { id, headers, key, priority, dueAtMs, expiresAtMs, target, dead };
    const isPlain = (Object.keys(rare) as (keyof Rare)[]).every(
      (each) => rare[each] === PLAIN[each],
    );
    const publishedAt = { wallMs: publishedAtMs, uses: 0 };
    return new StoredMessage(subject, payload, bytes, publishedAt, isPlain ? PLAIN : rare);
  }

  /** True when its stream has let go of it: of a message that it had taken. */
  get isRemoved(): boolean {
    return this.entry === null;
  }

  get publishedAtMs(): number {
    return this.publishedAt.wallMs;
  }

  get isPlain(): boolean {
    return this.rare === PLAIN;
  }

  get id(): string | null {
    return this.rare.id;
  }

  get headers(): Headers | null {
    return this.rare.headers;
  }

  get key(): string | null {
    return this.rare.key;
  }

  get priority(): number {
    return this.rare.priority;
  }

  get dueAtMs(): number {
    return this.rare.dueAtMs;
  }

  get expiresAtMs(): number {
    return this.rare.expiresAtMs;
  }

  get target(): string | null {
    return this.rare.target;
  }

  get dead(): DeadInfo | null {
    return this.rare.dead;
  }

  /** True when groups must be told of it, because it does not simply wait for its turn in the order of the stream. */
  get isSpecial(): boolean {
    const { rare } = this;
    if (rare === PLAIN) return false;
    return rare.priority !== DEFAULT_PRIORITY || rare.dueAtMs !== 0 || rare.target !== null;
  }

  /** The message as a journal holds it. */
  get row(): MessageRow {
    const { subject, payload, bytes, publishedAtMs } = this;
    if (this.rare === PLAIN) return [subject, payload, bytes, publishedAtMs];
    const { id, headers, key, priority, dueAtMs, expiresAtMs, target, dead } = this.rare;
    return [
      subject,
      payload,
      bytes,
      publishedAtMs,
      id,
      headers,
      key,
      priority,
      dueAtMs,
      expiresAtMs,
      target,
      dead,
    ];
  }
}

/** The fields of a row. */
export function rowFields(row: MessageRow): MessageFields {
  const [subject, payload, bytes, publishedAtMs] = row;
  if (row.length === 4) return { subject, payload, bytes, publishedAtMs, ...PLAIN };
  const [, , , , id, headers, key, ...rest] = row;
  const [priority, dueAtMs, expiresAtMs, target, dead] = rest;
  return {
    subject,
    payload,
    bytes,
    publishedAtMs,
    id,
    headers,
    key,
    priority,
    dueAtMs,
    expiresAtMs,
    target,
    dead,
  };
}
