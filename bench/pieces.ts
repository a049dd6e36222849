import { Decoder } from '#runtime/codec/decoder.js';
import { DictionaryReader, DictionaryWriter } from '#runtime/codec/dictionary.js';
import { Encoder } from '#runtime/codec/encoder.js';
import { Extensions } from '#runtime/codec/extensions.js';
import { Mailbox } from '#runtime/mailbox/mailbox.js';
import { mailboxOptions } from '#runtime/mailbox/mailbox-options.js';
import { Region } from '#runtime/memory/region.js';
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

const REGION_BYTES = 65_536;
const BURST = 64;
const DELAY_MS = 1000;

/** Encodes the object of D2 into shared memory and decodes it again. */
export function codecPiece(): Piece {
  const dictionary = new Region(new SharedArrayBuffer(REGION_BYTES));
  const region = new Region(new SharedArrayBuffer(REGION_BYTES));
  const extensions = new Extensions();
  const encoder = new Encoder({
    dictionary: new DictionaryWriter(dictionary),
    extensions,
  });
  const decoder = new Decoder({
    dictionary: new DictionaryReader(dictionary),
    extensions,
  });
  const once = (): unknown => {
    const end = encoder.encode(makeReading(7), region, 0, region.byteLength);
    return decoder.decode(region, 0, end);
  };
  return { once, expected: makeReading(7), perCall: 1 };
}

/** The same copy by structured clone, which also writes and reads bytes. */
export function clonePiece(): Piece {
  return {
    once: () => structuredClone(makeReading(7)),
    expected: makeReading(7),
    perCall: 1,
  };
}

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
