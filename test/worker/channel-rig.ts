import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Extensions } from '../../runtime/codec/extensions.js';
import { type ChannelSizes, channelLength } from '../../runtime/memory/channel-descriptor.js';
import { COUNTER_ROW_LENGTH, readCounters } from '../../runtime/memory/counters.js';
import { Doorbell } from '../../runtime/memory/doorbell.js';
import type { Address } from '../../runtime/ref/address.js';
import type { ReplyAddress } from '../../runtime/ref/envelope.js';
import { EnvelopeClass } from '../../runtime/ref/envelope-descriptor.js';
import type { Arrival, ArrivalSink, Recipient } from '../../runtime/worker/arrival-sink.js';
import { Inbound } from '../../runtime/worker/inbound.js';
import { Outbound } from '../../runtime/worker/outbound.js';
import type { OutboundOwner } from '../../runtime/worker/outbound-options.js';
import { Scratch } from '../../runtime/worker/scratch.js';
import type { Sent } from '../../runtime/worker/sent.js';

/** Index of the sending thread; the receiver is thread 1. */
export const SENDER = 2;
export const RECEIVER = 1;
/** An actor of the receiver. */
export const ACTOR: Address = { thread: RECEIVER, creator: 7, slot: 3, generation: 5 };
/** Where an ask or send from the sender is answered. */
export const ROW: ReplyAddress = { thread: SENDER, serial: 9, slot: 11, generation: 13 };

/** A record that could not be read, as the sink was told. */
export interface Unreadable {
  readonly to: Address | undefined;
  readonly row: ReplyAddress | null;
  readonly isMessage: boolean;
  readonly reason: string;
  readonly error: unknown;
}

/** How the channel of a rig is made. */
export interface RigOptions {
  readonly signalRingBytes?: number;
  readonly userRingBytes?: number;
  readonly overflowMessages?: number;
  readonly overflowBytes?: number;
  readonly checksums?: boolean;
}

const DICTIONARY_BYTES = 4096;
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** One channel with both ends on this thread, and a log of what comes out of it. */
export class Rig implements OutboundOwner, ArrivalSink {
  readonly thread = RECEIVER;
  serial = 1;
  readonly counters = new Float64Array(COUNTER_ROW_LENGTH);
  readonly scratch = new Scratch(MAX_MESSAGE_BYTES);
  readonly meter = null;
  readonly sizes: ChannelSizes;
  readonly channel: SharedArrayBuffer;
  readonly bells = new Int32Array(new SharedArrayBuffer(8));
  readonly arrivals: Arrival[] = [];
  readonly lost: Unreadable[] = [];
  /** Everything in the order in which it came out: numbers of messages, or why one was unreadable. */
  readonly log: unknown[] = [];
  outbound: Outbound;
  inbound: Inbound;
  dirtyCount = 0;
  /** How often the receiver looked for ports that it had been given. */
  portLooks = 0;
  /** Called as each message arrives. */
  onArrival = (): void => {};
  readonly #options: RigOptions;
  #ports: MessagePort[] = [];
  readonly #given: (() => void)[] = [];

  constructor(options: RigOptions = {}) {
    this.#options = options;
    const { signalRingBytes = 1024, userRingBytes = 1024, checksums = false } = options;
    this.sizes = { signalRingBytes, userRingBytes, dictionaryBytes: DICTIONARY_BYTES, checksums };
    this.channel = new SharedArrayBuffer(channelLength(this.sizes));
    this.outbound = this.#makeOutbound();
    this.inbound = this.#makeInbound();
  }

  /** The thread at the sending end died; another one takes its place. */
  replaceSender(): void {
    this.serial++;
    this.outbound = this.#makeOutbound();
  }

  /** The thread at the receiving end died; another one takes its place. */
  replaceReceiver(): void {
    this.inbound = this.#makeInbound();
  }

  get senderBell(): Doorbell {
    return new Doorbell(this.bells, 0);
  }

  get receiverBell(): Doorbell {
    return new Doorbell(this.bells, 1);
  }

  #makeOutbound(): Outbound {
    const { overflowMessages = 1000, overflowBytes = MAX_MESSAGE_BYTES } = this.#options;
    return new Outbound(this, {
      member: RECEIVER,
      channel: this.channel,
      sizes: this.sizes,
      doorbell: this.receiverBell,
      extensions: new Extensions(),
      overflowMessages,
      overflowBytes,
    });
  }

  #makeInbound(): Inbound {
    return new Inbound(this, {
      member: SENDER,
      channel: this.channel,
      sizes: this.sizes,
      doorbell: this.senderBell,
      extensions: new Extensions(),
    });
  }

  /** Joins both ends by a port for attachments. @param isLate the receiver has been given its end, and has not looked */
  connect(connection: number, isLate = false): void {
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    port2.unref();
    this.#ports.push(port1, port2);
    this.outbound.setPort(port1, connection);
    const take = (): void => this.inbound.setPort(port2, connection);
    if (isLate) this.#given.push(take);
    else take();
  }

  takePorts(): void {
    this.portLooks++;
    for (const take of this.#given.splice(0)) take();
  }

  close(): void {
    for (const port of this.#ports) port.close();
    this.#ports = [];
  }

  tell(message: unknown, transfer?: ArrayBuffer[]): Sent {
    return this.outbound.message(ACTOR, message, EnvelopeClass.TELL, null, transfer);
  }

  ask(message: unknown): Sent {
    return this.outbound.message(ACTOR, message, EnvelopeClass.ASK, ROW, undefined);
  }

  signal(signal: object): void {
    this.outbound.signal(ACTOR, signal);
  }

  /** What the receiving thread does at the start of its turn. @returns true when something was read */
  poll(limit = 1024): boolean {
    const { inbound } = this;
    const seen = inbound.look();
    const signals = inbound.pollSignals();
    if (inbound.pending) inbound.pollMessages(limit);
    return seen || signals > 0;
  }

  /** Lets both ends work until nothing moves any more. */
  settle(): void {
    for (let round = 0; round < 10_000; round++) {
      this.outbound.flush();
      if (!this.poll() && !this.outbound.isBlocked) return;
    }
    throw new Error('the channel does not come to rest');
  }

  counted(name: keyof ReturnType<typeof readCounters>): number {
    return readCounters(this.counters)[name];
  }

  markDirty(): void {
    this.dirtyCount++;
  }

  arrived(arrival: Arrival): void {
    this.arrivals.push(arrival);
    this.onArrival();
    this.log.push((arrival.message as { n?: unknown } | undefined)?.n ?? arrival.message);
  }

  /** An actor that takes what comes for it, so that tests of one way are tests of both. */
  recipient(from: number, creator: number, slot: number, generation: number): Recipient | null {
    const to = { thread: RECEIVER, creator, slot, generation };
    const arrived = (message: unknown): void =>
      this.arrived({ from, envelopeClass: EnvelopeClass.TELL, to, message, row: null });
    return { arrived, appendRoom: 2, append: arrived, appended: () => {} };
  }

  told(
    from: number,
    creator: number,
    slot: number,
    generation: number,
    message: unknown,
    row: ReplyAddress | null,
  ): void {
    const to = { thread: RECEIVER, creator, slot, generation };
    const envelopeClass = row === null ? EnvelopeClass.TELL : EnvelopeClass.ASK;
    this.arrived({ from, envelopeClass, to, message, row });
  }

  answered(
    from: number,
    creator: number,
    slot: number,
    generation: number,
    message: unknown,
  ): void {
    const to = { thread: RECEIVER, creator, slot, generation };
    this.arrived({ from, envelopeClass: EnvelopeClass.REPLY, to, message, row: null });
  }

  unreadable(
    _from: number,
    to: Address | undefined,
    row: ReplyAddress | null,
    isMessage: boolean,
    reason: string,
    error: unknown,
  ): void {
    this.lost.push({ to, row, isMessage, reason, error });
    this.log.push(reason);
  }
}

/** A message of at least so many bytes, whose content tells whether it was put together rightly. */
export function large(n: number, bytes: number): { type: string; n: number; text: string } {
  const unit = `${n}.`;
  return { type: 'large', n, text: unit.repeat(Math.ceil(bytes / unit.length)) };
}
