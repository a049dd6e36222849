import type { MessagePort } from 'node:worker_threads';
import { TroupeError } from '../base/errors.js';
import { Decoder } from '../codec/decoder.js';
import { DictionaryReader } from '../codec/dictionary.js';
import type { Extensions } from '../codec/extensions.js';
import {
  type ChannelSizes,
  dictionaryOffset,
  signalRingOffset,
  userRingOffset,
} from '../memory/channel-descriptor.js';
import type { Doorbell } from '../memory/doorbell.js';
import {
  creatorOf,
  FRAGMENT_PAYLOAD_OFFSET,
  flagsOf,
  generationIndex,
  kindIndex,
  kindOf,
  lengthIndex,
  RecordKind,
  slotIndex,
} from '../memory/record-descriptor.js';
import { Region } from '../memory/region.js';
import { END_OF_RECORDS, RingConsumer, RingDamagedError } from '../memory/ring-consumer.js';
import {
  ATTACHED_LENGTH,
  CLASS_MASK,
  EnvelopeClass,
  isPlain,
  parcelIndex,
  payloadOffset,
} from '../ref/envelope-descriptor.js';
import type { ArrivalSink } from './arrival-sink.js';
import { readHeader, readRow } from './envelope-reader.js';
import { ParcelReceiver } from './parcels.js';
import { Reassembly } from './reassembly.js';
import { TellReader } from './tell-reader.js';

/** What an inbound is made from. */
export interface InboundOptions {
  readonly member: number;
  readonly channel: SharedArrayBuffer;
  readonly sizes: ChannelSizes;
  /** The doorbell of the sender, for when it waits for room. */
  readonly doorbell: Doorbell;
  readonly extensions: Extensions;
}

/** Room is given back at least so often while a full ring is read. */
const RELEASES_PER_LAP = 8;

/** One ring of a channel, as it is read. */
class Lane {
  readonly ring: RingConsumer;
  readonly reassembly = new Reassembly();
  /** What cannot be read here was a user's message, as far as nothing else is known. */
  readonly hasMessages: boolean;

  constructor(ring: RingConsumer, hasMessages: boolean) {
    this.ring = ring;
    this.hasMessages = hasMessages;
  }
}

/** The receiving side of one channel. */
export class Inbound {
  readonly member: number;
  readonly #sink: ArrivalSink;
  readonly #doorbell: Doorbell;
  readonly #signals: Lane;
  readonly #user: Lane;
  readonly #decoder: Decoder;
  #parcels: ParcelReceiver | null = null;
  readonly #tells: TellReader;

  constructor(sink: ArrivalSink, options: InboundOptions) {
    const { channel, sizes } = options;
    this.member = options.member;
    this.#sink = sink;
    this.#doorbell = options.doorbell;
    const { signalRingBytes, userRingBytes, checksums } = sizes;
    const signals = new RingConsumer(channel, signalRingOffset(), signalRingBytes, checksums);
    const user = new RingConsumer(channel, userRingOffset(sizes), userRingBytes, checksums);
    this.#signals = new Lane(signals, false);
    this.#user = new Lane(user, true);
    const dictionary = new DictionaryReader(
      new Region(channel, dictionaryOffset(sizes), sizes.dictionaryBytes),
    );
    this.#decoder = new Decoder({ dictionary, extensions: options.extensions });
    this.#tells = new TellReader(this.member, sink, user, this.#decoder);
  }

  setPort(port: MessagePort | null, connection: number): void {
    this.#parcels = port === null ? null : new ParcelReceiver(port, connection);
  }

  /**
   * Takes note of the messages that are there now. Signals that were given before them are then
   * visible too, so signals are read after this and before `pollMessages`.
   * @returns true when there are some
   */
  look(): boolean {
    return this.#user.ring.look();
  }

  /** True when `look` would find something: for the look before a thread parks. */
  get hasNews(): boolean {
    return this.#signals.ring.look() || this.#user.ring.look();
  }

  /** Reads all signals. @returns how many records */
  pollSignals(): number {
    const lane = this.#signals;
    const { ring } = lane;
    if (!ring.look()) return 0;
    let count = 0;
    try {
      for (let offset = ring.next(); offset !== END_OF_RECORDS; offset = ring.next()) {
        count++;
        this.#record(lane, offset);
        if (ring.readBytes > keptBytes(ring)) this.#release(ring);
      }
    } catch (error) {
      this.#damaged(lane, error);
    }
    this.#release(ring);
    return count;
  }

  /** Reads up to `limit` records of those that `look` saw. @returns how many */
  pollMessages(limit: number): number {
    const lane = this.#user;
    const { ring, reassembly } = lane;
    const tells = this.#tells;
    const maxBytes = keptBytes(ring);
    this.#parcels?.beginBatch();
    tells.begin();
    try {
      while (tells.count < limit) {
        const offset = reassembly.isOpen ? tells.next() : tells.read(limit, maxBytes);
        tells.settle();
        if (offset !== END_OF_RECORDS) this.#record(lane, offset);
        if (this.#parcels?.isBatchFull) break;
        // Large records: their sender need not wait for the whole batch.
        if (ring.readBytes > maxBytes) this.#release(ring);
        else if (offset === END_OF_RECORDS) break;
      }
    } catch (error) {
      tells.settle();
      this.#damaged(lane, error);
    }
    // Before any handler runs: what is handled is never read again, also if this thread dies now.
    this.#release(ring);
    return tells.count;
  }

  /** True when `pollMessages` has left something. */
  get pending(): boolean {
    return this.#user.ring.pending;
  }

  /** The sender of that serial died: what it left half sent will not be completed. */
  senderDied(serial: number): void {
    for (const lane of [this.#signals, this.#user]) {
      if (lane.reassembly.isOf(serial)) this.#dropHalf(lane, 'thread-died');
    }
  }

  #damaged(lane: Lane, error: unknown): void {
    if (!(error instanceof RingDamagedError)) throw error;
    const { ring, reassembly, hasMessages } = lane;
    ring.discard();
    if (reassembly.isOpen) this.#dropHalf(lane, 'damaged');
    this.#sink.unreadable(this.member, undefined, null, hasMessages, 'damaged', error);
  }

  #release(ring: RingConsumer): void {
    if (ring.release()) this.#doorbell.ring();
  }

  #record(lane: Lane, offset: number): void {
    const { region } = lane.ring;
    const word = region.i32[kindIndex(offset)]!;
    if (isPlain(word) && !lane.reassembly.isOpen) {
      this.#plain(region, offset, word);
      return;
    }
    const kind = kindOf(word);
    if (kind === RecordKind.ENVELOPE) {
      // Nothing stands between the fragments of a record: its sender died, and this is from the next one.
      if (lane.reassembly.isOpen) this.#dropHalf(lane, 'thread-died');
      this.#envelope(region, offset, region.i32[lengthIndex(offset)]!);
    } else if (kind === RecordKind.FRAGMENT) {
      this.#fragment(lane, offset);
    } else {
      throw new RingDamagedError(offset, kind);
    }
  }

  #plain(region: Region, offset: number, word: number): void {
    const { i32 } = region;
    const envelopeClass = flagsOf(word) & CLASS_MASK;
    const end = offset + i32[lengthIndex(offset)]!;
    let message: unknown;
    try {
      message = this.#decoder.decode(region, offset + payloadOffset(envelopeClass), end);
    } catch (error) {
      const { to, row, isMessage } = readHeader(region, offset, this.#sink.thread);
      this.#sink.unreadable(this.member, to, row, isMessage, 'damaged', error);
      return;
    }
    const creator = creatorOf(word);
    const slot = i32[slotIndex(offset)]!;
    const generation = i32[generationIndex(offset)]!;
    if (envelopeClass === EnvelopeClass.REPLY) {
      this.#sink.answered(this.member, creator, slot, generation, message);
      return;
    }
    const row = envelopeClass === EnvelopeClass.ASK ? readRow(region, offset) : null;
    this.#sink.told(this.member, creator, slot, generation, message, row);
  }

  #envelope(region: Region, offset: number, length: number): void {
    const header = readHeader(region, offset, this.#sink.thread);
    const { envelopeClass, to, row, isMessage } = header;
    let payload = offset + payloadOffset(envelopeClass);
    let attachments: readonly unknown[] | undefined;
    let message: unknown;
    try {
      if (header.isAttached) {
        attachments = this.#attachments(region, payload);
        if (attachments === undefined) {
          const error = lostWith('its transferred parts were lost with a thread');
          this.#sink.unreadable(this.member, to, row, isMessage, 'attachment-lost', error);
          return;
        }
        payload += ATTACHED_LENGTH;
      }
      message = this.#decoder.decode(region, payload, offset + length, attachments);
    } catch (error) {
      this.#sink.unreadable(this.member, to, row, isMessage, 'damaged', error);
      return;
    }
    this.#sink.arrived({ from: this.member, envelopeClass, to, message, row });
  }

  #attachments({ i32 }: Region, payload: number): readonly unknown[] | undefined {
    const index = parcelIndex(payload);
    const connection = i32[index + 1]!;
    // The port is posted before a thread begins, but a ring can be read before the port is looked at.
    if (this.#parcels?.isUpTo(connection) !== true) this.#sink.takePorts();
    return this.#parcels?.take(i32[index]!, connection);
  }

  #fragment(lane: Lane, offset: number): void {
    const { ring, reassembly } = lane;
    const { i32, bytes } = ring.region;
    const sender = creatorOf(i32[kindIndex(offset)]!);
    const total = i32[slotIndex(offset)]!;
    const position = i32[generationIndex(offset)]!;
    const end = offset + i32[lengthIndex(offset)]!;
    const part = bytes.subarray(offset + FRAGMENT_PAYLOAD_OFFSET, end);
    if (reassembly.isOpen && (position === 0 || !reassembly.isOf(sender))) {
      this.#dropHalf(lane, 'thread-died');
    }
    if (position === 0) {
      if (!reassembly.begin(sender, total)) throw new RingDamagedError(offset, total);
    } else if (!reassembly.isOpen) {
      // This thread's predecessor had the beginning; count the message once, at its last part.
      if (position + part.length !== total) return;
      const error = lostWith('the beginning of a large message was read by a thread that died');
      this.#sink.unreadable(this.member, undefined, null, lane.hasMessages, 'thread-died', error);
      return;
    }
    if (!reassembly.add(part, position)) throw new RingDamagedError(offset, position);
    if (reassembly.isComplete) this.#envelope(reassembly.end(), 0, total);
  }

  /** Gives up a large record of which only a part came. */
  #dropHalf({ reassembly, hasMessages }: Lane, reason: 'damaged' | 'thread-died'): void {
    const { hasHeader } = reassembly;
    const half = reassembly.end();
    const { to, row, isMessage } = hasHeader
      ? readHeader(half, 0, this.#sink.thread)
      : { to: undefined, row: null, isMessage: hasMessages };
    const error = lostWith('a large message was begun but not ended: its sender died');
    this.#sink.unreadable(this.member, to, row, isMessage, reason, error);
  }
}

/** So much may have been read before room is given back. */
function keptBytes(ring: RingConsumer): number {
  return (ring.capacityBytes / RELEASES_PER_LAP) | 0;
}

/** What an asker is told whose question was lost with a thread: it can ask again. */
function lostWith(what: string): TroupeError {
  return new TroupeError('ERR_THREAD_DIED', { what, mend: 'ask again: it was not handled' });
}
