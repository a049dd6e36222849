import type { MessagePort, Transferable } from 'node:worker_threads';
import { DictionaryWriter } from '../codec/dictionary.js';
import { Encoder } from '../codec/encoder.js';
import { dictionaryOffset, userRingOffset } from '../memory/channel-descriptor.js';
import { CounterIndex } from '../memory/counters.js';
import type { Doorbell } from '../memory/doorbell.js';
import { lengthIndex } from '../memory/record-descriptor.js';
import { Region } from '../memory/region.js';
import { INSUFFICIENT_CAPACITY, RingProducer } from '../memory/ring-producer.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { Address } from '../ref/address.js';
import { type ReplyAddress, typeOfMessage } from '../ref/envelope.js';
import {
  ATTACHED,
  ATTACHED_LENGTH,
  EnvelopeClass,
  parcelIndex,
  payloadOffset,
} from '../ref/envelope-descriptor.js';
import { addressOfRow, writeHeader, writeHeaderTo } from './envelope-writer.js';
import type { OutboundOptions, OutboundOwner } from './outbound-options.js';
import { OverflowQueue, WaitingRecord } from './overflow-queue.js';
import { copiedBytes, inlineLimit, ParcelSender } from './parcels.js';
import { PublicationPace } from './publication-pace.js';
import { drainOverflow } from './ring-writer.js';
import { Sent } from './sent.js';
import { SignalLane } from './signal-lane.js';
import { MIN_STRETCH_BYTES, TellWriter } from './tell-writer.js';

const { TELL } = EnvelopeClass;

/**
 * The sending side of one channel: encodes envelopes straight into the ring of another thread, or into
 * the overflow queue when the ring is full. Signals have a ring of their own and may always wait.
 *
 * Order: what was given first arrives first. A user record never overtakes a signal that was given
 * before it, so an actor is always made before its first message comes; signals do overtake messages.
 */
export class Outbound {
  readonly member: number;
  readonly doorbell: Doorbell;
  readonly #owner: OutboundOwner;
  readonly #signals: SignalLane;
  readonly #user: RingProducer;
  readonly #encoder: Encoder;
  readonly #tells: TellWriter;
  readonly #userOverflow: OverflowQueue;
  #parcels: ParcelSender | null = null;
  readonly #maxBytesAside: number;
  readonly #head = (): number => this.#user.headPosition;
  #dirty = false;
  /** User messages committed but not published. */
  #unpublished = 0;
  readonly #pace: PublicationPace;

  constructor(owner: OutboundOwner, options: OutboundOptions) {
    const { channel, sizes } = options;
    this.#owner = owner;
    this.member = options.member;
    this.doorbell = options.doorbell;
    this.#pace = new PublicationPace(options.doorbell);
    this.#signals = new SignalLane(channel, sizes, owner.serial);
    const { userRingBytes, checksums } = sizes;
    this.#user = new RingProducer(channel, userRingOffset(sizes), userRingBytes, checksums);
    const dictionary = new DictionaryWriter(
      new Region(channel, dictionaryOffset(sizes), sizes.dictionaryBytes),
    );
    this.#encoder = new Encoder({ dictionary, extensions: options.extensions });
    this.#tells = new TellWriter(this.#user, this.#encoder, owner.scratch.maxBytes);
    this.#userOverflow = new OverflowQueue(options.overflowMessages, options.overflowBytes);
    this.#maxBytesAside = options.overflowBytes;
  }

  /** User messages and bytes that wait for room. */
  get overflow(): OverflowQueue {
    return this.#userOverflow;
  }

  /** Position of the user ring after what was sent last; NaN while something waits for room. */
  get position(): number {
    return this.isBlocked ? Number.NaN : this.#user.tailPosition;
  }

  /** True while records wait for room in a ring. */
  get isBlocked(): boolean {
    return this.#signals.length > 0 || this.#userOverflow.length > 0;
  }

  /** @param port for attachments, null when there is none now */
  setPort(port: MessagePort | null, connection: number): void {
    this.#parcels = port === null ? null : new ParcelSender(port, connection);
    if (this.#parcels !== null && this.#signals.post(this.#parcels)) this.#markDirty();
  }

  get port(): MessagePort | null {
    return this.#parcels?.port ?? null;
  }

  /**
   * Sends a user message. @param row where an ASK or SEND is answered; null for a TELL
   * @throws {TroupeError} ERR_NOT_SENDABLE, ERR_TOO_LARGE
   */
  message(
    to: Address,
    message: unknown,
    envelopeClass: EnvelopeClass,
    row: ReplyAddress | null,
    transfer: readonly Transferable[] | undefined,
  ): Sent {
    if (
      transfer === undefined &&
      !this.isBlocked &&
      ((envelopeClass === TELL && this.#tells.write(to, message as object)) ||
        this.#direct(to.creator, to.slot, to.generation, message, envelopeClass, row))
    ) {
      // One of each publication is enough to know who talks to whom.
      if (this.#unpublished++ === 0) this.#owner.meter?.edges.sent(to as AnyRef);
      this.#committed();
      return Sent.OK;
    }
    return this.#viaScratch(to, message, envelopeClass, row, transfer, true);
  }

  /** Answers an ask or a send. Never refused: as many answers as asks are under way at most. */
  reply(to: ReplyAddress, value: unknown, envelopeClass: EnvelopeClass): void {
    const { serial, slot, generation } = to;
    if (!this.isBlocked && this.#direct(serial, slot, generation, value, envelopeClass, null)) {
      this.#committed();
    } else this.#viaScratch(addressOfRow(to), value, envelopeClass, null, undefined, false);
  }

  /** Encodes straight into the ring, behind which nothing waits. @returns false when it cannot now, or not at all */
  #direct(
    creator: number,
    slot: number,
    generation: number,
    value: unknown,
    envelopeClass: EnvelopeClass,
    row: ReplyAddress | null,
  ): boolean {
    const ring = this.#user;
    const encoder = this.#encoder;
    const offset = ring.open(MIN_STRETCH_BYTES);
    if (offset === INSUFFICIENT_CAPACITY) return false;
    const mayGoAside = this.#parcels?.hasRoom(this.#head, this.#maxBytesAside) === true;
    const room = ring.limit - offset;
    encoder.maxInlineBytes = mayGoAside ? inlineLimit(room) : Number.POSITIVE_INFINITY;
    const payload = offset + payloadOffset(envelopeClass);
    const limit = Math.min(ring.limit, offset + this.#owner.scratch.maxBytes);
    let end = encoder.encode(value, ring.region, payload, limit);
    let flags = 0;
    let aside = 0;
    if (end >= 0 && encoder.attachments.length > 0) {
      if (this.#parcels === null || end + ATTACHED_LENGTH > limit) return false;
      aside = copiedBytes(encoder.attachments);
      if (aside > this.#owner.scratch.maxBytes) throw this.#owner.scratch.tooLarge();
      // Offsets within an encoded value count from its start, so it can be moved by whole words.
      ring.region.bytes.copyWithin(payload + ATTACHED_LENGTH, payload, end);
      end += ATTACHED_LENGTH;
      this.#attach(ring.region, payload, undefined);
      flags = ATTACHED;
    }
    if (end < 0) return false;
    writeHeader(ring.region, offset, envelopeClass, flags, creator, slot, generation, row);
    ring.commit(offset, end - offset);
    if (aside > 0) this.#parcels?.sent(ring.tailPosition, aside);
    this.#pace.wentAside(aside);
    return true;
  }

  /** Sends a signal: to an actor, or to the thread as such when the creator of the address is 0. */
  signal(to: Address, signal: object): void {
    const { scratch } = this.#owner;
    const payload = payloadOffset(EnvelopeClass.SIGNAL);
    this.#encoder.maxInlineBytes = Number.POSITIVE_INFINITY;
    let end = scratch.encode(this.#encoder, signal, payload, undefined);
    const attached = this.#encoder.attachments.length > 0;
    if (attached) {
      end = scratch.encode(this.#encoder, signal, payload + ATTACHED_LENGTH, undefined);
      if (this.#parcels !== null) this.#attach(scratch.region, payload, undefined);
    }
    writeHeaderTo(scratch.region, EnvelopeClass.SIGNAL, attached ? ATTACHED : 0, to, null);
    scratch.region.i32[lengthIndex(0)] = end;
    const unposted = attached && this.#parcels === null ? this.#encoder.attachments : null;
    if (unposted !== null || !this.#signals.write(scratch.region, end)) {
      const record = new WaitingRecord(scratch.copy(end), to, typeOfMessage(signal), false);
      record.unposted = unposted;
      this.#signals.push(record);
    }
    // At once: who hears of a new actor by another ring must find its `spawn` in this one.
    this.#publishSignals();
    this.#markDirty();
  }

  #publishSignals(): void {
    const { counters } = this.#owner;
    const bytes = this.#signals.unpublishedBytes;
    if (!this.#signals.publish()) return;
    counters[CounterIndex.bytesPublished] = counters[CounterIndex.bytesPublished]! + bytes;
    if (this.doorbell.ring()) counters[CounterIndex.bells] = counters[CounterIndex.bells]! + 1;
  }

  #viaScratch(
    to: Address,
    value: unknown,
    envelopeClass: EnvelopeClass,
    row: ReplyAddress | null,
    transfer: readonly Transferable[] | undefined,
    isMessage: boolean,
  ): Sent {
    const { scratch } = this.#owner;
    const payload = payloadOffset(envelopeClass);
    this.#encoder.maxInlineBytes = Number.POSITIVE_INFINITY;
    let end = scratch.encode(this.#encoder, value, payload, transfer);
    const attached = this.#encoder.attachments.length > 0;
    if (attached) end = scratch.encode(this.#encoder, value, payload + ATTACHED_LENGTH, transfer);
    if (isMessage && !this.#userOverflow.hasRoom(end)) return Sent.OVERFLOW_FULL;
    if (attached) {
      if (this.#parcels === null) return Sent.ATTACHMENT_LOST;
      this.#attach(scratch.region, payload, transfer);
    }
    writeHeaderTo(scratch.region, envelopeClass, attached ? ATTACHED : 0, to, row);
    scratch.region.i32[lengthIndex(0)] = end;
    const record = new WaitingRecord(scratch.copy(end), to, typeOfMessage(value), isMessage);
    this.#userOverflow.push(record);
    this.#drainUser();
    this.#committed();
    return Sent.OK;
  }

  /** Posts the attachments of the last encoding, and says so before its payload. */
  #attach(region: Region, payload: number, transfer: readonly Transferable[] | undefined): void {
    const parcels = this.#parcels!;
    const index = parcelIndex(payload);
    region.i32[index] = parcels.post(this.#encoder.attachments, transfer ?? []);
    region.i32[index + 1] = parcels.connection;
  }

  #drainUser(): boolean {
    if (this.#signals.length > 0) return false;
    return drainOverflow(this.#user, this.#userOverflow, this.#owner.serial, (record) => {
      if (record.isMessage) this.#unpublished++;
    });
  }

  #committed(): void {
    if (this.#pace.isDue(this.#user.unpublishedBytes)) this.#publish();
    this.#markDirty();
  }

  #markDirty(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.#owner.markDirty(this);
  }

  /**
   * Publishes what was written and rings the receiver if it sleeps; moves on what waits for room.
   * @returns true when nothing waits any more; otherwise the receiver will ring when it has made room
   */
  flush(): boolean {
    this.#dirty = false;
    this.#pace.turnEnds();
    let blocked = this.isBlocked && this.#move();
    this.#publish();
    while (blocked && (this.#signals.wantRoom() || this.#user.wantRoom())) {
      blocked = this.#move();
      this.#publish();
    }
    return !blocked;
  }

  #move(): boolean {
    return !(this.#signals.drain() && this.#drainUser());
  }

  #publish(): void {
    const { counters } = this.#owner;
    const bytes = this.#user.unpublishedBytes + this.#signals.unpublishedBytes;
    if (bytes === 0) return;
    // Signals first: who sees a message also sees the signals that were given before it.
    this.#signals.publish();
    this.#user.publish();
    counters[CounterIndex.published] = counters[CounterIndex.published]! + this.#unpublished;
    counters[CounterIndex.bytesPublished] = counters[CounterIndex.bytesPublished]! + bytes;
    this.#unpublished = 0;
    this.#pace.published();
    if (this.doorbell.ring()) counters[CounterIndex.bells] = counters[CounterIndex.bells]! + 1;
  }

  /** True when something waits that might fit now: the look before sleep. */
  get roomAppeared(): boolean {
    return this.isBlocked && (this.#signals.roomAppeared || this.#user.roomAppeared);
  }

  /** True when the receiver has read all that was sent. */
  get drained(): boolean {
    return !this.isBlocked && this.#signals.drained && this.#user.drained;
  }
}
