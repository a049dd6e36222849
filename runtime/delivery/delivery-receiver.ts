import { assert } from '../base/assert.js';
import type { DataPacket, OpenPacket, ReceiverPacket } from './packets.js';
import {
  STREAM_ACTIONS,
  type StreamAction,
  type StreamEvent,
  type StreamState,
} from './receiver-state.js';

/** What the receiving side wants done. `A` is how a sender is reached. */
export type ReceiverEffect<M, A> =
  | { readonly type: 'reply'; readonly to: A; readonly packet: ReceiverPacket }
  /** Have it handled, then call `handled` or `postponed`; nothing else before that. */
  | {
      readonly type: 'handle';
      readonly stream: string;
      readonly sequence: number;
      readonly message: M;
    }
  /** Call `gone` when this sender has ended. */
  | {
      readonly type: 'watch';
      readonly sender: A;
      readonly stream: string;
      readonly session: number;
    };

/** What a receiver begins with. */
export interface ReceiverSettings {
  /** Number of this incarnation; a later one has a higher number. */
  readonly epoch: number;
  /** Messages that a sender may send beyond those handled, at least 1. */
  readonly windowCount: number;
  /** Streams without a sender whose place is remembered; the one that ended first is forgotten first. */
  readonly dormantCount: number;
}

/** One stream as its receiver knows it. */
class Stream<A> {
  readonly name: string;
  sender: A;
  session: number;
  connection: number;
  durable: boolean;
  state: StreamState = 'open';
  /** All messages below have been handled. */
  expected: number;
  /** The number that was missing when messages were asked for again; once is enough. */
  missing = 0;
  /** Messages that followed a postponed one were dropped. */
  postponed = false;

  constructor(open: OpenPacket, sender: A, connection: number) {
    this.name = open.stream;
    this.sender = sender;
    this.session = open.session;
    this.connection = connection;
    this.durable = open.durable;
    this.expected = open.first;
  }
}

/**
 * The receiving side of reliable streams, of any number of senders, as a pure machine.
 *
 * Guarantees: the messages of a stream are given out in order, each exactly once as long as this machine
 * lives, over all sessions of a durable stream; one at a time over all streams; each is acknowledged only when it has
 * been handled. What comes out of order is not kept but asked for again, so nothing is held beside
 * one number for each stream. Forgotten are streams that are not durable when their sender ends, and the oldest
 * beyond `dormantCount` durable ones.
 *
 * The states stand in `receiver-state.ts`. Steps return what is to be done.
 */
export class DeliveryReceiver<M extends NonNullable<unknown>, A> {
  readonly #settings: ReceiverSettings;
  readonly #streams = new Map<string, Stream<A>>();
  /** Those in state `dormant`, in the order of their end. */
  readonly #dormant = new Map<string, Stream<A>>();
  #connections = 0;
  #inHand: { readonly stream: Stream<A>; readonly probeThrough: number } | null = null;

  constructor(settings: ReceiverSettings) {
    this.#settings = settings;
  }

  /** Streams that are known. */
  get streamCount(): number {
    return this.#streams.size;
  }

  get isHandling(): boolean {
    return this.#inHand !== null;
  }

  /** A sender asks for a connection. */
  open(packet: OpenPacket, from: A): readonly ReceiverEffect<M, A>[] {
    const known = this.#streams.get(packet.stream);
    const isOld = known !== undefined && packet.session < known.session;
    if (this.#actionFor(known, isOld ? 'open-old' : 'open') === 'ignore') return [];
    if (known === undefined) return this.#connect(this.#add(packet, from), true);
    const isSame = packet.session === known.session && known.state === 'open';
    if (packet.session > known.session) this.#beginSession(known, packet);
    else if (packet.first > known.expected) known.expected = packet.first;
    known.sender = from;
    known.state = 'open';
    this.#dormant.delete(known.name);
    if (!isSame) known.connection = ++this.#connections;
    return this.#connect(known, !isSame);
  }

  /** A message, or one that was withdrawn. */
  data(packet: DataPacket<M>, from: A): readonly ReceiverEffect<M, A>[] {
    assert(this.#inHand === null, () => 'a message came while one is in hand');
    const known = this.#streams.get(packet.stream);
    const action = this.#actionFor(known, this.#eventOf(known, packet));
    if (action === 'judge') return this.#judge(known!, packet);
    if (action === 'ignore') return [];
    const { session, epoch, connection } = packet;
    return [{ type: 'reply', to: from, packet: { kind: 'reset', session, epoch, connection } }];
  }

  /** The message in hand has been handled. */
  handled(): readonly ReceiverEffect<M, A>[] {
    assert(this.#inHand !== null, () => 'handled, but nothing is in hand');
    const { stream, probeThrough } = this.#inHand;
    this.#inHand = null;
    stream.expected++;
    const resend = stream.postponed || probeThrough >= stream.expected;
    stream.postponed = false;
    return [this.#ack(stream, resend)];
  }

  /** The message in hand will be given in again later: it is not handled yet. */
  postponed(): void {
    assert(this.#inHand !== null, () => 'postponed, but nothing is in hand');
    this.#inHand.stream.postponed = true;
    this.#inHand = null;
  }

  /** The sender of a session has ended. */
  gone(stream: string, session: number): void {
    const known = this.#streams.get(stream);
    const event = known !== undefined && session < known.session ? 'gone-old' : 'gone';
    if (this.#actionFor(known, event) !== 'retire') return;
    if (!known!.durable || this.#settings.dormantCount === 0) {
      this.#streams.delete(stream);
      return;
    }
    known!.state = 'dormant';
    this.#dormant.set(stream, known!);
    if (this.#dormant.size <= this.#settings.dormantCount) return;
    const [oldest] = this.#dormant.keys();
    this.#dormant.delete(oldest!);
    this.#streams.delete(oldest!);
  }

  /** This incarnation is over: tells the senders, so that they turn to the next one without delay. */
  close(): readonly ReceiverEffect<M, A>[] {
    const { epoch } = this.#settings;
    const effects: ReceiverEffect<M, A>[] = [];
    for (const { state, sender, session, connection } of this.#streams.values()) {
      if (state !== 'open') continue;
      const packet = { kind: 'reset', session, epoch, connection } as const;
      effects.push({ type: 'reply', to: sender, packet });
    }
    return effects;
  }

  #add(packet: OpenPacket, from: A): Stream<A> {
    const stream = new Stream(packet, from, ++this.#connections);
    this.#streams.set(packet.stream, stream);
    return stream;
  }

  /**
   * A durable stream goes on where it was. Otherwise the numbers mean other messages; so they do if its
   * journal has lost its end and numbers will be given out a second time.
   */
  #beginSession(stream: Stream<A>, packet: OpenPacket): void {
    const goesOn = packet.durable && stream.durable && stream.expected - 1 <= packet.last;
    stream.expected = goesOn ? Math.max(stream.expected, packet.first) : packet.first;
    stream.session = packet.session;
    stream.durable = packet.durable;
    stream.missing = 0;
    stream.postponed = false;
  }

  #connect(stream: Stream<A>, isNew: boolean): readonly ReceiverEffect<M, A>[] {
    const { name, sender, session, connection, expected } = stream;
    const { epoch, windowCount } = this.#settings;
    const handledThrough = expected - 1;
    const grantThrough = handledThrough + windowCount;
    const reply: ReceiverEffect<M, A> = {
      type: 'reply',
      to: sender,
      packet: { kind: 'opened', session, epoch, connection, handledThrough, grantThrough },
    };
    return isNew ? [{ type: 'watch', sender, stream: name, session }, reply] : [reply];
  }

  #eventOf(known: Stream<A> | undefined, packet: DataPacket<M>): StreamEvent {
    if (known === undefined) return 'data-other';
    if (packet.session < known.session) return 'data-old';
    const isCurrent =
      packet.session === known.session &&
      packet.epoch === this.#settings.epoch &&
      packet.connection === known.connection;
    return isCurrent ? 'data' : 'data-other';
  }

  #actionFor(known: Stream<A> | undefined, event: StreamEvent): StreamAction {
    const state = known === undefined ? 'unknown' : known.state;
    const action = STREAM_ACTIONS[state][event];
    assert(action !== undefined, () => `${event} of a stream that is ${state}`);
    return action;
  }

  #judge(stream: Stream<A>, packet: DataPacket<M>): readonly ReceiverEffect<M, A>[] {
    const { sequence, first, probeThrough, message } = packet;
    // A former incarnation has handled those, and its sender knows.
    if (first > stream.expected) stream.expected = first;
    if (sequence < stream.expected) {
      return probeThrough > 0 ? [this.#ack(stream, probeThrough >= stream.expected)] : [];
    }
    if (sequence > stream.expected) {
      if (stream.missing === stream.expected && probeThrough === 0) return [];
      stream.missing = stream.expected;
      return [this.#ack(stream, true)];
    }
    if (message === null) {
      stream.expected++;
      return [this.#ack(stream, probeThrough >= stream.expected)];
    }
    this.#inHand = { stream, probeThrough };
    return [{ type: 'handle', stream: stream.name, sequence, message }];
  }

  #ack(stream: Stream<A>, resend: boolean): ReceiverEffect<M, A> {
    const { session, connection } = stream;
    const { epoch, windowCount } = this.#settings;
    const handledThrough = stream.expected - 1;
    const grantThrough = handledThrough + windowCount;
    return {
      type: 'reply',
      to: stream.sender,
      packet: { kind: 'ack', session, epoch, connection, handledThrough, grantThrough, resend },
    };
  }
}
