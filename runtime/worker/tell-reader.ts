import type { Decoder } from '../codec/decoder.js';
import {
  creatorOf,
  generationIndex,
  HEADER_LENGTH,
  kindIndex,
  slotIndex,
} from '../memory/record-descriptor.js';
import { END_OF_RECORDS, type RingConsumer } from '../memory/ring-consumer.js';
import { PLAIN_MASK, PLAIN_TELL } from '../ref/envelope-descriptor.js';
import type { ArrivalSink, Recipient } from './arrival-sink.js';

// Taken out of their modules once: V8 folds a constant of this module, but looks up an imported one at each use.
const END = END_OF_RECORDS;
const TELL = PLAIN_TELL;
const MASK = PLAIN_MASK;
const HEADER = HEADER_LENGTH;
const KIND = kindIndex(0);
const SLOT = slotIndex(0);
const GENERATION = generationIndex(0);

/**
 * Reads told messages of well-known shapes, as nearly all records are. Those in a row for one actor are looked up
 * and counted together.
 */
export class TellReader {
  /** Records that it has taken from the ring since `begin`, the last one that is no such message included. */
  count = 0;
  readonly #member: number;
  readonly #sink: ArrivalSink;
  readonly #ring: RingConsumer;
  readonly #decoder: Decoder;
  /** Who got the message before, since `begin`; null when nobody did, or it has to be asked for each message. */
  #recipient: Recipient | null = null;
  #toWord = 0;
  #toSlot = 0;
  #toGeneration = 0;
  /** How many the recipient may still be given, and how many it could be given when that was found out. */
  #room = 0;
  #opened = 0;

  constructor(member: number, sink: ArrivalSink, ring: RingConsumer, decoder: Decoder) {
    this.#member = member;
    this.#sink = sink;
    this.#ring = ring;
    this.#decoder = decoder;
  }

  /** A poll begins: what was known of actors may not be true any more. */
  begin(): void {
    this.count = 0;
    this.#recipient = null;
  }

  /**
   * Reads up to the first record that is anything else, or until `limit` records or `maxBytes` have been read.
   * {@link settle} follows before anything else happens on the thread.
   * @returns the offset of that record, which it has stepped over; `END_OF_RECORDS` without one
   */
  read(limit: number, maxBytes: number): number {
    const ring = this.#ring;
    const { region } = ring;
    const { i32 } = region;
    while (this.count < limit && ring.readBytes <= maxBytes) {
      const offset = ring.next();
      if (offset === END) return END;
      this.count++;
      const at = offset >> 2;
      const word = i32[at + KIND]!;
      if ((word & MASK) !== TELL) return offset;
      const message = this.#decoder.decodeFlat(region, offset + HEADER, offset + i32[at]!);
      if (message === null) return offset;
      const slot = i32[at + SLOT]!;
      const generation = i32[at + GENERATION]!;
      const recipient = this.#recipient;
      if (
        recipient === null ||
        word !== this.#toWord ||
        slot !== this.#toSlot ||
        generation !== this.#toGeneration
      ) {
        this.#toAnother(word, slot, generation, message);
      } else if (this.#room > 0 || this.#open(recipient)) {
        this.#room--;
        recipient.append(message);
      } else {
        recipient.arrived(message);
      }
    }
    return END;
  }

  /** The next record, whatever it is. @returns its offset, or `END_OF_RECORDS` */
  next(): number {
    const offset = this.#ring.next();
    if (offset !== END) this.count++;
    return offset;
  }

  /** Tells the actor of the messages that it has been given. */
  settle(): void {
    if (this.#opened === 0) return;
    const count = this.#opened - this.#room;
    this.#opened = 0;
    this.#room = 0;
    if (count > 0) this.#recipient!.appended(count);
  }

  #toAnother(word: number, slot: number, generation: number, message: object): void {
    if (this.#opened > 0) this.settle();
    const creator = creatorOf(word);
    const recipient = this.#sink.recipient(this.#member, creator, slot, generation);
    this.#recipient = recipient;
    this.#toWord = word;
    this.#toSlot = slot;
    this.#toGeneration = generation;
    if (recipient !== null) recipient.arrived(message);
    else this.#sink.told(this.#member, creator, slot, generation, message, null);
  }

  #open(recipient: Recipient): boolean {
    this.settle();
    this.#room = recipient.appendRoom;
    this.#opened = this.#room;
    return this.#room > 0;
  }
}
