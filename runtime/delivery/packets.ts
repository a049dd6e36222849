import type { ActorRef } from '../ref/actor-ref.js';
import type { Message } from '../ref/protocol.js';

/**
 * What the two sides of a reliable stream tell each other. Every packet may be lost, doubled, late or
 * out of order: what it says is true whenever it arrives.
 *
 * A *stream* is one sender's sequence of messages to one receiver, numbered from 1 without gaps; a number
 * never means two messages. A *session* is one incarnation of the sender. A *connection* is what a
 * receiver's incarnation (its *epoch*) knows of a session; packets of another connection are refused, so that nothing
 * that was sent to a former incarnation reaches the next one out of place.
 */
export type SenderPacket<M> = OpenPacket | DataPacket<M>;

/** Sender to receiver: asks for a connection. */
export interface OpenPacket {
  readonly kind: 'open';
  readonly stream: string;
  /** At least 1; a later session of the same stream has a higher number. */
  readonly session: number;
  /** The stream goes on in later sessions: what was handled is worth remembering. */
  readonly durable: boolean;
  /** The lowest number that is not confirmed. */
  readonly first: number;
  /** The highest number given out. */
  readonly last: number;
}

/** Sender to receiver: one message. */
export interface DataPacket<M> {
  readonly kind: 'data';
  readonly stream: string;
  readonly session: number;
  readonly epoch: number;
  readonly connection: number;
  readonly sequence: number;
  /** The lowest number that is not confirmed: all below have been handled. */
  readonly first: number;
  /**
   * Above 0 where a message is sent again because nothing was heard for a while: the highest number sent before
   * it. Such a packet is always answered.
   */
  readonly probeThrough: number;
  /** Null where a message was withdrawn: the number is used up by nothing. */
  readonly message: M | null;
}

/** Receiver to sender. */
export type ReceiverPacket = OpenedPacket | AckPacket | ResetPacket;

/** The connection is made. */
export interface OpenedPacket {
  readonly kind: 'opened';
  readonly session: number;
  readonly epoch: number;
  readonly connection: number;
  readonly handledThrough: number;
  readonly grantThrough: number;
}

/** Cumulative acknowledgement and demand. */
export interface AckPacket {
  readonly kind: 'ack';
  readonly session: number;
  readonly epoch: number;
  readonly connection: number;
  /** This message and all before it have been handled. */
  readonly handledThrough: number;
  /** Messages up to this one may be sent. */
  readonly grantThrough: number;
  /** A message after `handledThrough` is missing: send on from there again. */
  readonly resend: boolean;
}

/** The receiver does not know that connection. */
export interface ResetPacket {
  readonly kind: 'reset';
  readonly session: number;
  readonly epoch: number;
  readonly connection: number;
}

/** The `type` of {@link Reliable}: no message of a user's own may have it. */
export const RELIABLE = 'troupe:reliable';

/** How the receiver answers a sender. */
export type OutboxReply = { readonly type: 'packet'; readonly packet: ReceiverPacket };

declare const carries: unique symbol;

/**
 * The message that carries the messages of protocol `M` reliably. It is part of the protocol of every actor
 * made by `defineReliableActor`, and is sent by an outbox only.
 */
export interface Reliable<M extends Message> {
  readonly type: typeof RELIABLE;
  /** `gone` is the receiver's own news that a sender has ended. */
  readonly packet: SenderPacket<Message> | SenderGone;
  readonly from: ActorRef<OutboxReply>;
  readonly [carries]?: M;
}

/** The sender of a session is gone for good. */
export interface SenderGone {
  readonly kind: 'gone';
  readonly stream: string;
  readonly session: number;
}
