import { Mailbox } from '#runtime/mailbox/mailbox.js';
import { mailboxOptions } from '#runtime/mailbox/mailbox-options.js';
import {
  HEADER_LENGTH,
  kindIndex,
  packKind,
  RecordKind,
} from '#runtime/memory/record-descriptor.js';
import { ringLength } from '#runtime/memory/ring-buffer-descriptor.js';
import { END_OF_RECORDS, RingConsumer } from '#runtime/memory/ring-consumer.js';
import { RingProducer } from '#runtime/memory/ring-producer.js';
import { TimerEntry } from '#runtime/scheduler/timer-entry.js';
import { TimerWheel } from '#runtime/scheduler/timer-wheel.js';
import { makeReading, type ReadingMessage } from './loads.js';

/** Something small that is done over and over. */
export interface Piece {
  /** Does it once. */
  readonly once: () => unknown;
  /** What `once` answers. */
  readonly expected: unknown;
  /** Operations in one call. */
  readonly perCall: number;
}

const BURST = 64;
const DELAY_MS = 1000;
const RING_BYTES = 65_536;
/** Bytes of a record of `pieces.ring` after its header. */
const PAYLOAD_BYTES = 64;
/** Timers under way in `pieces.wheel`. */
const TIMER_COUNT = 1000;

/** Fills a mailbox with a burst and empties it; answers with the sum of what came out. */
export function mailboxPiece(): Piece {
  const traits = {
    messageOf: (x: unknown) => x,
    droppable: () => true,
    onUnranked: undefined,
  };
  const mailbox = new Mailbox<ReadingMessage>(mailboxOptions({}, traits, 'pieces'));
  const message = makeReading(1);
  const once = (): number => {
    let sum = 0;
    for (let i = 0; i < BURST; i++) mailbox.offer(message);
    for (let item = mailbox.shift(); item !== undefined; item = mailbox.shift()) sum += item.id;
    return sum;
  };
  return { once, expected: BURST, perCall: BURST };
}

/** The same with `push` and `shift` of an array. */
export function arrayPiece(): Piece {
  const queue: ReadingMessage[] = [];
  const message = makeReading(1);
  const once = (): number => {
    let sum = 0;
    for (let i = 0; i < BURST; i++) queue.push(message);
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) sum += item.id;
    return sum;
  };
  return { once, expected: BURST, perCall: BURST };
}

/** Arms a timer and disarms it: the fate of most deadlines. */
export function wheelPiece(): Piece {
  const wheel = new TimerWheel<null>(0);
  const entry = new TimerEntry(null);
  const once = (): boolean => {
    wheel.schedule(entry, 0, DELAY_MS);
    return wheel.cancel(entry);
  };
  return { once, expected: true, perCall: 1 };
}

/** The same with Node's timers. */
export function timeoutPiece(): Piece {
  const nothing = (): void => {};
  const once = (): boolean => {
    const timeout = setTimeout(nothing, DELAY_MS);
    clearTimeout(timeout);
    return true;
  };
  return { once, expected: true, perCall: 1 };
}

/** A burst of records into a ring, published once, and out again; answers with the sum of their last bytes. */
export function ringPiece(): Piece {
  const memory = new SharedArrayBuffer(ringLength(RING_BYTES));
  const producer = new RingProducer(memory, 0, RING_BYTES);
  const consumer = new RingConsumer(memory, 0, RING_BYTES);
  const payload = new Uint8Array(PAYLOAD_BYTES).fill(1);
  const taken = new Uint8Array(PAYLOAD_BYTES);
  const recordBytes = HEADER_LENGTH + PAYLOAD_BYTES;
  const kind = packKind(RecordKind.ENVELOPE, 0, 0);
  const once = (): number => {
    for (let i = 0; i < BURST; i++) {
      const offset = producer.open(recordBytes);
      producer.region.i32[kindIndex(offset)] = kind;
      producer.region.bytes.set(payload, offset + HEADER_LENGTH);
      producer.commit(offset, recordBytes);
    }
    producer.publish();
    consumer.look();
    const { bytes } = consumer.region;
    let sum = 0;
    for (let offset = consumer.next(); offset !== END_OF_RECORDS; offset = consumer.next()) {
      taken.set(bytes.subarray(offset + HEADER_LENGTH, offset + recordBytes));
      sum += taken[PAYLOAD_BYTES - 1]!;
    }
    consumer.release();
    return sum;
  };
  return { once, expected: BURST, perCall: BURST };
}

/** The same bytes copied into plain memory and out again. */
export function copyPiece(): Piece {
  const bytes = new Uint8Array(RING_BYTES);
  const payload = new Uint8Array(PAYLOAD_BYTES).fill(1);
  const taken = new Uint8Array(PAYLOAD_BYTES);
  const once = (): number => {
    for (let i = 0; i < BURST; i++) bytes.set(payload, i * PAYLOAD_BYTES);
    let sum = 0;
    for (let i = 0; i < BURST; i++) {
      taken.set(bytes.subarray(i * PAYLOAD_BYTES, (i + 1) * PAYLOAD_BYTES));
      sum += taken[PAYLOAD_BYTES - 1]!;
    }
    return sum;
  };
  return { once, expected: BURST, perCall: BURST };
}

/** Arms a thousand timers with keys and disarms them by their keys; answers how many were armed. */
export function keyedWheelPiece(): Piece {
  const wheel = new TimerWheel<number>(0);
  const timers = new Map<number, TimerEntry<number>>();
  const once = (): number => {
    for (let key = 0; key < TIMER_COUNT; key++) {
      const timer = new TimerEntry(key);
      timers.set(key, timer);
      wheel.schedule(timer, 0, DELAY_MS + key);
    }
    let cancelled = 0;
    for (let key = 0; key < TIMER_COUNT; key++) {
      if (wheel.cancel(timers.get(key)!)) cancelled++;
      timers.delete(key);
    }
    return cancelled;
  };
  return { once, expected: TIMER_COUNT, perCall: TIMER_COUNT };
}

/** The same with Node's timers. */
export function keyedTimeoutPiece(): Piece {
  const nothing = (): void => {};
  const timers = new Map<number, NodeJS.Timeout>();
  const once = (): number => {
    for (let key = 0; key < TIMER_COUNT; key++) {
      timers.set(key, setTimeout(nothing, DELAY_MS + key));
    }
    let cancelled = 0;
    for (let key = 0; key < TIMER_COUNT; key++) {
      clearTimeout(timers.get(key));
      if (timers.delete(key)) cancelled++;
    }
    return cancelled;
  };
  return { once, expected: TIMER_COUNT, perCall: TIMER_COUNT };
}
