import type { Time } from './core-host.js';
import type { Route, StreamEntry } from './directory.js';
import type { ShardCore } from './shard-core.js';
import { DEFAULT_PRIORITY, type Headers, StoredMessage } from './stored-message.js';
import type { StreamCore } from './stream-core.js';
import { TABLES } from './write-set.js';

/** What can be said of one message besides subject and payload. */
export interface PublishOptions {
  /** Stored once within the stream's window: the answer to the second is `duplicate`. */
  readonly id?: string;
  /** Messages of one key are handled one at a time, in order. */
  readonly key?: string;
  /** 0 to 9, the most urgent; 4. */
  readonly priority?: number;
  readonly headers?: Headers;
  /** Delivered after so many milliseconds. */
  readonly delayMs?: number;
  /** Delivered from that moment on, in milliseconds since 1970. */
  readonly deliverAtMs?: number;
  /** Gone after so many milliseconds. */
  readonly ttlMs?: number;
  /** Stored only if that is the last sequence of the stream. */
  readonly expectLastSeq?: number;
  /** Stored only if that is the last sequence of its subject; 0 for none. */
  readonly expectLastSubjectSeq?: number;
  /** Kept for those who subscribe later and ask for it; one for each subject. */
  readonly retain?: boolean;
}

/** Messages as a client sends them, in columns. */
export interface PublishBatch {
  readonly subjects: readonly string[];
  readonly payloads: readonly unknown[];
  /** Estimated by the client. */
  readonly bytes: readonly number[];
  /** Null when no message has any. */
  readonly options: readonly (PublishOptions | null)[] | null;
  /** All of them or none; all of one stream. */
  readonly isAtomic: boolean;
}

/** What became of a message that was not stored, in {@link PublishAnswer.codes}; a sequence is above 0. */
export const PUBLISH_CODES = {
  duplicate: -1,
  full: -2,
  conflict: -3,
  noInterest: -4,
  /** It belongs to another shard: the client's directory is old. */
  moved: -5,
  /** No stream stores it; the detail says to how many it was given. */
  live: -6,
  /** Another message of its atomic batch was refused. */
  aborted: -7,
} as const;

/** The answer to a batch, in columns. */
export interface PublishAnswer {
  readonly codes: readonly number[];
  /** A number belonging to a code below 0; null when all were stored. */
  readonly details: readonly number[] | null;
}

/** Takes a batch in. What is stored becomes visible with the transaction that is being collected. */
export function publishBatch(core: ShardCore, batch: PublishBatch, time: Time): PublishAnswer {
  const { subjects, payloads, bytes, options, isAtomic } = batch;
  const codes = new Array<number>(subjects.length);
  let details: number[] | null = null;
  let route: Route | null = null;
  let stream: StreamCore | undefined;
  for (let i = 0; i < subjects.length; i++) {
    // Most batches are of one stream, many of one subject.
    if (route === null || subjects[i] !== route.subject) {
      const last: StreamEntry | null = route === null ? null : route.entry;
      route = core.directory.routeOf(subjects[i]!);
      const { entry } = route;
      if (entry !== last) stream = entry === null ? undefined : core.streams.get(entry.name);
    }
    const { subject, entry } = route;
    const own = options === null ? null : options[i]!;
    let code: number;
    let detail = 0;
    if (own?.retain === true) retain(core, subject, payloads[i], own);
    if (stream === undefined) {
      code = entry === null && !isAtomic ? PUBLISH_CODES.live : PUBLISH_CODES.moved;
      if (code === PUBLISH_CODES.live) {
        const headers = own?.headers ?? null;
        detail = core.live.publish({ subject, payload: payloads[i], headers, requester: null });
      }
    } else {
      const message = newMessage(core, subject, payloads[i], bytes[i]!, own, time);
      code = stream.admit(message, own, time);
      if (code > 0) core.admitted(stream, message);
      else detail = stream.detail;
    }
    codes[i] = code;
    if (code < 0) {
      details ??= new Array<number>(subjects.length).fill(0);
      details[i] = detail;
    }
    if (code < 0 && isAtomic) return abort(core, batch, i, code, detail);
  }
  return { codes, details };
}

/** A message that is published now. */
function newMessage(
  core: ShardCore,
  subject: string,
  payload: unknown,
  bytes: number,
  own: PublishOptions | null,
  time: Time,
): StoredMessage {
  if (own === null) return core.recycling.message(subject, payload, bytes, time.wallMs);
  const { wallMs } = time;
  const { delayMs, ttlMs } = own;
  return StoredMessage.of({
    subject,
    payload,
    bytes,
    publishedAtMs: wallMs,
    id: own.id ?? null,
    headers: own.headers ?? null,
    key: own.key ?? null,
    priority: own.priority ?? DEFAULT_PRIORITY,
    dueAtMs: delayMs === undefined ? (own.deliverAtMs ?? 0) : wallMs + delayMs,
    expiresAtMs: ttlMs === undefined ? 0 : wallMs + ttlMs,
    target: null,
    dead: null,
  });
}

/** Takes back what was admitted of an atomic batch, the last first. */
function abort(
  core: ShardCore,
  batch: PublishBatch,
  at: number,
  code: number,
  detail: number,
): PublishAnswer {
  for (let i = 0; i < at; i++) core.pending.revokeLast();
  const { length } = batch.subjects;
  const codes = new Array<number>(length).fill(PUBLISH_CODES.aborted);
  const details = new Array<number>(length).fill(at);
  codes[at] = code;
  details[at] = detail;
  return { codes, details };
}

function retain(core: ShardCore, subject: string, payload: unknown, own: PublishOptions): void {
  const headers = own.headers ?? null;
  core.live.retain({ subject, payload, headers, requester: null });
  if (!core.hasJournal) return;
  if (payload === undefined) core.writes.delete(TABLES.retained, subject);
  else core.writes.put(TABLES.retained, subject, { subject, payload, headers, requester: null });
}
