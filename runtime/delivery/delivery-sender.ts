import { assert } from '../base/assert.js';
import type { Random } from '../base/random.js';
import { CircularQueue } from '../mailbox/circular-queue.js';
import { type BackoffPolicy, backoffDelayMs } from '../supervision/backoff.js';
import type { AckPacket, OpenedPacket, ReceiverPacket, SenderPacket } from './packets.js';
import { SENDER_TRANSITIONS, type SenderEvent, type SenderState } from './sender-state.js';

/** What the sending side wants done. */
export type SenderEffect<M> =
  | { readonly type: 'transmit'; readonly packet: SenderPacket<M> }
  /** All messages up to this one have been handled. */
  | { readonly type: 'confirmed'; readonly through: number }
  /** The receiver is gone: none of what was not confirmed will be. */
  | { readonly type: 'abandoned' }
  /** Call `timer` in so many milliseconds; there is one timer, and it is not running now. */
  | { readonly type: 'start-timer'; readonly delayMs: number };

/** What a sender begins with. */
export interface SenderSettings {
  readonly stream: string;
  readonly session: number;
  readonly durable: boolean;
  /** Most messages that wait for their confirmation, at least 1. */
  readonly capacityCount: number;
  /** When to try again what was not answered. */
  readonly resend: BackoffPolicy;
  /** The highest number that a former session knew as confirmed; 0 for a new stream. */
  readonly confirmedThrough: number;
}

interface Slot<M> {
  message: M | null;
}

/**
 * The sending side of one reliable stream, as a pure machine: go-back-N with cumulative acknowledgements
 * and a window granted by the receiver (RFC 9293, section 3.8; Akka, `ProducerController`).
 *
 * Guarantees, with a receiver that keeps its side: every message that was taken is sent until it is
 * confirmed or the receiver is gone; messages are sent in order; at most `capacityCount` are held, besides
 * those of former sessions; none is sent beyond the grant, but the lowest unconfirmed one when nothing was heard
 * for a while (a lost grant would stop the stream otherwise).
 *
 * The states stand in `sender-state.ts`. Steps return what is to be done.
 */
export class DeliverySender<M extends NonNullable<unknown>> {
  #state: SenderState = 'closed';
  readonly #settings: SenderSettings;
  readonly #random: Random;
  /** The messages from `#confirmed + 1` on. */
  readonly #slots = new CircularQueue<Slot<M>>();
  #confirmed: number;
  /** The highest number sent in this connection. */
  #sent: number;
  #granted = 0;
  #epoch = -1;
  #connection = -1;
  /** Timers in a row without any news. */
  #attempts = 0;
  #timerRuns = false;
  /** True when there was news since the timer was started. */
  #progress = false;
  #effects: SenderEffect<M>[] = [];

  constructor(settings: SenderSettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
    this.#confirmed = settings.confirmedThrough;
    this.#sent = settings.confirmedThrough;
  }

  get state(): SenderState {
    return this.#state;
  }

  get unconfirmedCount(): number {
    return this.#slots.length;
  }

  /** The highest number given out. */
  get last(): number {
    return this.#confirmed + this.#slots.length;
  }

  /**
   * Takes the next message; null takes up a number that a former session has lost.
   * @returns `full` or `gone` when it was not taken
   */
  send(message: M | null): readonly SenderEffect<M>[] | 'full' | 'gone' {
    if (this.#state === 'gone') return 'gone';
    if (this.#slots.length >= this.#settings.capacityCount) return 'full';
    const wasClosed = this.#state === 'closed';
    this.#slots.push({ message });
    this.#step('send');
    if (wasClosed) this.#transmitOpen();
    else if (this.#state === 'open') this.#pump();
    if (!this.#timerRuns) this.#startTimer();
    return this.#done();
  }

  /**
   * Takes a message of a former session, whose number was given out then: it is never refused. All of them come
   * before the first step, because what is sent says which numbers were given out.
   */
  restore(message: M | null): void {
    assert(this.#state === 'closed', () => `restored in state ${this.#state}`);
    this.#slots.push({ message });
  }

  /** Begins to send what was restored. */
  start(): readonly SenderEffect<M>[] {
    if (this.#slots.length === 0 || this.#state !== 'closed') return [];
    this.#step('send');
    this.#transmitOpen();
    this.#startTimer();
    return this.#done();
  }

  /** A message that cannot be sent after all: its number is used up by nothing. */
  withdraw(sequence: number): void {
    const slot = this.#slots.at(sequence - this.#confirmed - 1);
    if (slot !== undefined) slot.message = null;
  }

  /** A packet from the receiver. Those of other sessions are none of this one's business. */
  receive(packet: ReceiverPacket): readonly SenderEffect<M>[] {
    if (packet.session !== this.#settings.session || this.#state === 'gone') return [];
    switch (packet.kind) {
      case 'opened':
        return this.#opened(packet);
      case 'ack':
        return this.#acked(packet);
      case 'reset':
        if (this.#age(packet) !== 0 || this.#state !== 'open') return [];
        this.#step('reset');
        this.#progress = true;
        this.#transmitOpen();
        return this.#done();
    }
  }

  /** The timer has fired. */
  timer(): readonly SenderEffect<M>[] {
    this.#timerRuns = false;
    this.#step('timer');
    if (this.#state === 'gone' || this.#slots.length === 0) {
      this.#attempts = 0;
      return [];
    }
    if (this.#progress) {
      this.#attempts = 0;
    } else {
      this.#attempts++;
      if (this.#state === 'open') this.#probe();
      else this.#transmitOpen();
    }
    this.#startTimer();
    return this.#done();
  }

  /** The receiver has ended for good. */
  receiverGone(): readonly SenderEffect<M>[] {
    if (this.#state === 'gone') return [];
    this.#step('receiver-gone');
    this.#slots.drain(() => {});
    this.#effects.push({ type: 'abandoned' });
    return this.#done();
  }

  #opened(packet: OpenedPacket): readonly SenderEffect<M>[] {
    const age = this.#age(packet);
    if (age < 0) return [];
    if (age === 0) {
      // Said twice. What it confirms was said in answer to the same connection.
      return this.#state === 'open' ? this.#acked({ ...packet, kind: 'ack', resend: false }) : [];
    }
    this.#step('opened');
    this.#epoch = packet.epoch;
    this.#connection = packet.connection;
    this.#confirm(packet.handledThrough);
    this.#sent = this.#confirmed;
    this.#granted = packet.grantThrough;
    this.#progress = true;
    this.#pump();
    return this.#done();
  }

  /** What was handled was handled, by whichever incarnation; grants are of the present one only. */
  #acked(packet: AckPacket): readonly SenderEffect<M>[] {
    this.#step('ack');
    this.#confirm(packet.handledThrough);
    if (this.#state === 'open' && this.#age(packet) === 0) {
      if (packet.grantThrough > this.#granted) this.#granted = packet.grantThrough;
      if (packet.resend && packet.handledThrough >= this.#confirmed) this.#sent = this.#confirmed;
      this.#pump();
    }
    return this.#done();
  }

  #confirm(through: number): void {
    assert(through <= this.last, () => `confirmed ${through} of ${this.last}`);
    if (through <= this.#confirmed) return;
    while (this.#confirmed < through) {
      this.#slots.shift();
      this.#confirmed++;
    }
    if (this.#sent < through) this.#sent = through;
    this.#progress = true;
    this.#effects.push({ type: 'confirmed', through });
  }

  /** Sends what may be sent and was not yet. */
  #pump(): void {
    const end = Math.min(this.#granted, this.last);
    while (this.#sent < end) this.#transmit(++this.#sent, 0);
  }

  /** Sends the lowest unconfirmed message again: its answer tells what is missing. */
  #probe(): void {
    const sequence = this.#confirmed + 1;
    if (this.#sent < sequence) this.#sent = sequence;
    this.#transmit(sequence, this.#sent);
  }

  #transmit(sequence: number, probeThrough: number): void {
    const { stream, session } = this.#settings;
    const { message } = this.#slots.at(sequence - this.#confirmed - 1)!;
    this.#effects.push({
      type: 'transmit',
      packet: {
        kind: 'data',
        stream,
        session,
        epoch: this.#epoch,
        connection: this.#connection,
        sequence,
        first: this.#confirmed + 1,
        probeThrough,
        message,
      },
    });
  }

  #transmitOpen(): void {
    const { stream, session, durable } = this.#settings;
    const first = this.#confirmed + 1;
    this.#effects.push({
      type: 'transmit',
      packet: { kind: 'open', stream, session, durable, first, last: this.last },
    });
  }

  #startTimer(): void {
    this.#timerRuns = true;
    this.#progress = false;
    const delayMs = backoffDelayMs(this.#settings.resend, this.#attempts + 1, this.#random);
    this.#effects.push({ type: 'start-timer', delayMs });
  }

  /** Compares with the present connection: below 0 older, 0 the same, above 0 newer. */
  #age(packet: ReceiverPacket): number {
    return packet.epoch - this.#epoch || packet.connection - this.#connection;
  }

  #step(event: SenderEvent): void {
    this.#state = SENDER_TRANSITIONS[this.#state][event];
  }

  #done(): readonly SenderEffect<M>[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
