import type { Time } from './core-host.js';
import type { GroupCore } from './group-core.js';
import type { DeadInfo, Headers, StoredMessage } from './stored-message.js';
import type { StreamCore } from './stream-core.js';

/** Deliveries that are shown in detail. */
const SHOWN_IN_FLIGHT = 100;

/** How a stream does. */
export interface StreamInfo {
  readonly stream: string;
  readonly messages: number;
  readonly bytes: number;
  readonly subjects: number;
  /** 0 when it is empty. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly groups: readonly string[];
}

/** How a consumer group does. */
export interface GroupInfo {
  readonly stream: string;
  readonly group: string;
  /** Everything up to this sequence is finished. */
  readonly floor: number;
  /** Upper bound of the messages that wait for their first delivery. */
  readonly pending: number;
  readonly inFlight: number;
  /** Come back and wait: for a time, for their key, or for a consumer. */
  readonly waiting: number;
  readonly redelivered: number;
  readonly finished: number;
  readonly dead: number;
  /** Sequences between the end of the stream and the floor. */
  readonly lag: number;
  /** Age of the delivery that is longest in flight, 0 for none. */
  readonly oldestInFlightMs: number;
  /** The first of those in flight. */
  readonly deliveries: readonly InFlightInfo[];
  readonly consumers: number;
  readonly isPaused: boolean;
}

/** One delivery in flight. */
export interface InFlightInfo {
  readonly seq: number;
  readonly delivery: number;
  readonly holder: string;
  readonly ageMs: number;
}

/** A stored message, to be looked at. */
export interface MessageView {
  readonly seq: number;
  readonly subject: string;
  readonly payload: unknown;
  readonly publishedAtMs: number;
  readonly headers: Headers | null;
  readonly dead: DeadInfo | null;
}

/** Describes a stream. */
export function streamInfo(stream: StreamCore): StreamInfo {
  const { name, log, bytes, subjects, lastSeq, groups } = stream;
  return {
    stream: name,
    messages: log.size,
    bytes,
    subjects: subjects.size,
    firstSeq: log.first()?.seq ?? 0,
    lastSeq,
    groups: [...groups.keys()],
  };
}

/** Describes a group. */
export function groupInfo(group: GroupCore, time: Time): GroupInfo {
  const { stream, name, floor, host } = group;
  const { outstanding, inFlightCount, redeliveredCount, finishedCount, deadCount } =
    group.deliveries;
  const deliveries: InFlightInfo[] = [];
  let oldestInFlightMs = 0;
  for (const found of outstanding.values()) {
    if (found.state !== 'in-flight') continue;
    const ageMs = Math.max(0, time.nowMs - host.bornMs - found.deliveredAtMs);
    oldestInFlightMs = Math.max(oldestInFlightMs, ageMs);
    if (deliveries.length >= SHOWN_IN_FLIGHT) continue;
    const { message, holder } = found;
    const { id } = holder!;
    deliveries.push({ seq: message.seq, delivery: found.deliveries, holder: id, ageMs });
  }
  return {
    stream: stream.name,
    group: name,
    floor,
    pending: group.pendingCount,
    inFlight: inFlightCount,
    waiting: outstanding.size - inFlightCount,
    redelivered: redeliveredCount,
    finished: finishedCount,
    dead: deadCount,
    lag: stream.lastSeq - floor,
    oldestInFlightMs,
    deliveries,
    consumers: group.members.size,
    isPaused: group.isPaused,
  };
}

/** A message to be looked at. */
export function view(message: StoredMessage): MessageView {
  const { seq, subject, payload, publishedAtMs, headers, dead } = message;
  return { seq, subject, payload, publishedAtMs, headers, dead };
}
