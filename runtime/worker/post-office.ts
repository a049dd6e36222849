import type { Transferable } from 'node:worker_threads';
import type { ActorCell } from '../actor/actor-cell.js';
import { askAborted, notAMessage } from '../actor/cell-errors.js';
import type { PendingAsk } from '../actor/pending-ask.js';
import type { ReplyPort } from '../actor/requester.js';
import type { Signal } from '../actor/signals.js';
import { TroupeError } from '../base/errors.js';
import { CounterIndex } from '../memory/counters.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { Address } from '../ref/address.js';
import { AskEnvelope, messageOf, type ReplyAddress } from '../ref/envelope.js';
import { EnvelopeClass } from '../ref/envelope-descriptor.js';
import { type AskOptions, type Host, signalOf, type TellOptions } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import type { ActorThread } from './actor-thread.js';
import type { Arrival } from './arrival-sink.js';
import { holdBack, isHeldBack } from './hold-back.js';
import { SendDesk } from './send-desk.js';
import { Sent } from './sent.js';

// V8 folds a constant of this module, but looks up an imported one at each use.
const { sent: SENT, sentRemote: SENT_REMOTE, received: RECEIVED } = CounterIndex;
const { TELL, ASK } = EnvelopeClass;
const { OK } = Sent;

/**
 * Carries messages: from references into local mailboxes or the channels of other threads, and from
 * those channels into local mailboxes. The one place where the paths of a message part and meet.
 */
export class PostOffice implements Host, ReplyPort {
  readonly #thread: ActorThread;
  readonly home: Host = this;
  /** For senders that wait until their messages lie in a mailbox. */
  readonly sends: SendDesk;

  constructor(thread: ActorThread) {
    this.#thread = thread;
    this.sends = new SendDesk({
      thread: thread.thread,
      accepted: (row) => this.#answer(row, undefined, EnvelopeClass.ACCEPTED),
      refused: (row, error) => this.replyFailure(row, error),
      wake: () => thread.wake(),
    });
  }

  get systemName(): string {
    return this.#thread.systemName;
  }

  tell(ref: ActorRef<Message>, message: unknown, options: TellOptions | undefined): boolean {
    if (typeof message !== 'object' || message === null) throw notAMessage(message);
    this.#count(SENT);
    return this.#route(ref, message, TELL, null, options?.transfer, true);
  }

  ask(
    ref: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
    by: ActorCell | null = this.#thread.port.current,
  ): Promise<unknown> {
    return this.#expect(ref, message, options, by, ASK);
  }

  send(ref: ActorRef<Message>, message: unknown, options: AskOptions | undefined): Promise<void> {
    const { current } = this.#thread.port;
    return this.#expect(ref, message, options, current, EnvelopeClass.SEND) as Promise<void>;
  }

  /** Sends an item of a mailbox on, keeping who asked. The law counts it as a message of its own. */
  forward(ref: ActorRef<Message>, item: unknown): void {
    this.#count(SENT);
    if (item instanceof AskEnvelope) {
      this.#route(ref, item.message, ASK, item.replyTo, undefined, false);
    } else {
      this.#route(ref, this.tellOf(item), TELL, null, undefined, false);
    }
  }

  /** An item of a mailbox that nobody waits for, as it is sent on. */
  protected tellOf(item: unknown): unknown {
    return messageOf(item);
  }

  reply(to: ReplyAddress, value: unknown): void {
    this.#answer(to, value, EnvelopeClass.REPLY);
  }

  replyFailure(to: ReplyAddress, error: unknown): void {
    try {
      this.#answer(to, error, EnvelopeClass.FAILURE);
    } catch (cause) {
      // What was thrown cannot be sent: its message can.
      const text = { what: String((error as Error)?.message ?? error), cause: String(cause) };
      this.#answer(to, new TroupeError('ERR_ACTOR_FAILED', text), EnvelopeClass.FAILURE);
    }
  }

  /** A message has arrived from another thread. @param row where it is answered; null when it was told */
  told(
    creator: number,
    slot: number,
    generation: number,
    message: unknown,
    row: ReplyAddress | null,
  ): void {
    const thread = this.#thread;
    this.#count(RECEIVED);
    const cell = thread.cells.find(creator, slot, generation);
    if (cell !== undefined && !thread.recovery.hasHeld) {
      const item = row === null ? (message as NonNullable<unknown>) : this.envelopeOf(message, row);
      cell.accept(item, false);
      return;
    }
    const to = { thread: thread.thread, creator, slot, generation };
    this.#deliver(to, message, row === null ? TELL : ASK, row, false);
  }

  /** A record has arrived from another thread. */
  arrived(arrival: Arrival): void {
    const { to, message, envelopeClass, row } = arrival;
    switch (envelopeClass) {
      case TELL:
      case ASK:
      case EnvelopeClass.SEND:
        this.#count(RECEIVED);
        this.#deliver(to, message, envelopeClass, row, false);
        return;
      case EnvelopeClass.SIGNAL:
        this.#thread.signals.arrived(arrival.from, to, message as Signal);
        return;
      default:
        this.settle(to.creator, to.slot, to.generation, envelopeClass, message);
    }
  }

  #expect(
    ref: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
    by: ActorCell | null,
    envelopeClass: EnvelopeClass,
  ): Promise<unknown> {
    const { asks } = this.#thread;
    return new Promise((resolve, reject) => {
      try {
        this.#assertAskable(ref, message, signalOf(options), envelopeClass);
        const timeoutMs = options?.timeoutMs ?? this.#thread.config.askTimeoutMs;
        const ask = asks.open(ref, timeoutMs, by, resolve, reject);
        this.#make(ask, ref, message, options, envelopeClass);
      } catch (error) {
        asks.refuse(reject, error);
      }
    });
  }

  #assertAskable(
    ref: AnyRef,
    message: unknown,
    signal: AbortSignal | undefined,
    envelopeClass: EnvelopeClass,
  ): void {
    if (typeof message !== 'object' || message === null) throw notAMessage(message);
    this.#thread.assertAccepting(envelopeClass === ASK ? 'ask' : 'send');
    if (signal?.aborted) throw askAborted(ref, signal);
  }

  #make(
    ask: PendingAsk,
    ref: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
    envelopeClass: EnvelopeClass,
  ): void {
    const thread = this.#thread;
    const signal = options?.signal;
    if (signal !== undefined) {
      const onAbort = (): void => thread.asks.fail(ask, askAborted(ref, signal));
      signal.addEventListener('abort', onAbort, { once: true });
      ask.unlisten = () => signal.removeEventListener('abort', onAbort);
    }
    this.#count(SENT);
    if (envelopeClass === ASK) this.#count(CounterIndex.asks);
    ask.isOpening = true;
    try {
      const row = thread.asks.addressOf(ask);
      this.#route(ref, message, envelopeClass, row, options?.transfer, false);
      if (ref.thread !== thread.thread) {
        ask.position = thread.mesh.to(ref.thread)?.position ?? Number.NaN;
      }
    } catch (error) {
      thread.asks.fail(ask, error);
    }
    ask.isOpening = false;
    thread.wake();
  }

  #route(
    ref: ActorRef<Message>,
    message: unknown,
    envelopeClass: EnvelopeClass,
    row: ReplyAddress | null,
    transfer: readonly Transferable[] | undefined,
    throwing: boolean,
  ): boolean {
    const thread = this.#thread;
    const isHere = ref.thread === thread.thread;
    const outbound = isHere ? null : thread.mesh.to(ref.thread);
    if (!isHere && (outbound === null || thread.isClosed)) {
      const reason = thread.isClosed ? 'system-stopped' : 'no-such-actor';
      return this.#dead(ref, message, row, reason);
    }
    let sent: Sent = OK;
    let own = message;
    try {
      if (outbound !== null) sent = outbound.message(ref, message, envelopeClass, row, transfer);
      else if (thread.config.strict) own = thread.strict.copy(message);
    } catch (error) {
      // The call fails, so the message does not count.
      thread.counters[SENT]!--;
      throw error;
    }
    if (isHere) return this.#deliver(ref, own, envelopeClass, row, throwing);
    if (sent === OK) {
      this.#count(SENT_REMOTE);
      return true;
    }
    const isFull = sent === Sent.OVERFLOW_FULL;
    return this.#dead(ref, message, row, isFull ? 'overflow-full' : 'attachment-lost');
  }

  #dead(
    ref: AnyRef,
    message: unknown,
    row: ReplyAddress | null,
    reason: 'system-stopped' | 'no-such-actor' | 'overflow-full' | 'attachment-lost',
  ): false {
    const item = row === null ? message : this.envelopeOf(message, row);
    this.#thread.port.deadLetter(item, ref, reason, 'sender');
    return false;
  }

  /**
   * Into a mailbox of this thread. What comes before its actor is kept for later, also from this thread: a
   * reference can be faster than the `spawn` it came from.
   */
  #deliver(
    to: Address,
    message: unknown,
    envelopeClass: number,
    row: ReplyAddress | null,
    throwing: boolean,
  ): boolean {
    const thread = this.#thread;
    const cell = thread.cells.get(to);
    if (cell === undefined || isHeldBack(thread, to)) {
      const retry = (): void => {
        thread.counters[CounterIndex.held]!--;
        this.#deliver(to, message, envelopeClass, row, false);
      };
      if (holdBack(thread, to, retry)) {
        this.#count(CounterIndex.held);
        return true;
      }
      const reason = thread.isClosed ? 'system-stopped' : 'no-such-actor';
      return this.#dead(thread.makeRef(to, undefined), message, row, reason);
    }
    if (envelopeClass === TELL) return cell.accept(message as NonNullable<unknown>, throwing);
    if (envelopeClass === ASK) return cell.accept(this.envelopeOf(message, row!), false);
    return this.sends.deliver(cell, message as NonNullable<unknown>, row!);
  }

  /** A request as it lies in a mailbox. */
  protected envelopeOf(message: unknown, row: ReplyAddress): AskEnvelope {
    return new AskEnvelope(message, row);
  }

  #answer(to: ReplyAddress, value: unknown, envelopeClass: EnvelopeClass): void {
    const thread = this.#thread;
    if (to.thread === thread.thread) {
      const copy = thread.config.strict ? thread.strict.copy(value) : value;
      this.settle(to.serial, to.slot, to.generation, envelopeClass, copy);
      return;
    }
    const outbound = thread.mesh.to(to.thread);
    if (outbound !== null && !thread.isClosed) outbound.reply(to, value, envelopeClass);
  }

  /** An answer has come for a row of the thread of that serial. @param kind the class of its envelope */
  settle(serial: number, slot: number, generation: number, kind: number, value: unknown): void {
    const thread = this.#thread;
    if (serial !== thread.serial) this.#count(CounterIndex.lateReplies);
    else thread.asks.settle(slot, generation, kind === EnvelopeClass.FAILURE, value);
  }

  #count(index: number): void {
    const { counters } = this.#thread;
    counters[index] = counters[index]! + 1;
  }
}
