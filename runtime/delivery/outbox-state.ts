import type { Context } from '../actor/context.js';
import type { Requester } from '../actor/requester.js';
import { assert } from '../base/assert.js';
import { hasCode } from '../base/errors.js';
import { CircularQueue } from '../mailbox/circular-queue.js';
import type { ActorRef } from '../ref/actor-ref.js';
import type { Message, Request } from '../ref/protocol.js';
import type { BackoffPolicy } from '../supervision/backoff.js';
import type { DeliveryJournalMessage } from './delivery-journal.js';
import { DeliverySender, type SenderEffect } from './delivery-sender.js';
import { type OutboxReply, RELIABLE, type Reliable, type SenderPacket } from './packets.js';

/** What became of a message: its handler has completed, or the receiver has ended for good. */
export type Delivered = 'handled' | 'receiver-gone';

/** The protocol of the actor behind an outbox. */
export type OutboxMessage =
  | OutboxReply
  | Request<{ type: 'deliver'; message: Message }, Delivered>
  | { type: 'timer' }
  | { type: 'appended'; sequence: number }
  | { type: 'append-failed'; sequence: number; error: unknown }
  | { type: 'receiver-gone' };

/** What an outbox begins with, checked and complete. */
export interface OutboxArgs {
  readonly to: ActorRef<Reliable<never>>;
  readonly capacityCount: number;
  readonly resend: BackoffPolicy;
  readonly journal: { readonly log: ActorRef<DeliveryJournalMessage>; readonly id: string } | null;
}

/** A message on its way into the journal. */
interface Staged {
  readonly sequence: number;
  message: Message | null;
  readonly requester: Requester<Delivered>;
  isKept: boolean;
}

/** A message that waits for room. */
interface Waiting {
  readonly message: Message;
  readonly requester: Requester<Delivered>;
}

type Ctx = Context<OutboxMessage, unknown>;

/** The state of an outbox actor: carries out what the pure sender decides. */
export class OutboxState {
  readonly args: OutboxArgs;
  readonly sender: DeliverySender<Message>;
  readonly session: number;
  readonly ctx: Ctx;
  readonly staged = new CircularQueue<Staged>();
  readonly waiting = new CircularQueue<Waiting>();
  /** Who sent the messages from number `settled + 1` on; null where a former session did. */
  readonly requesters = new CircularQueue<{ requester: Requester<Delivered> | null }>();
  settled: number;

  constructor(args: OutboxArgs, stream: string, session: number, confirmed: number, ctx: Ctx) {
    this.args = args;
    this.session = session;
    this.ctx = ctx;
    this.settled = confirmed;
    this.sender = new DeliverySender(
      {
        stream,
        session,
        durable: args.journal !== null,
        capacityCount: args.capacityCount,
        resend: args.resend,
        confirmedThrough: confirmed,
      },
      { next: () => ctx.random() },
    );
  }

  /** Takes a message if there is room for it, otherwise it waits. */
  deliver(message: Message, requester: Requester<Delivered>): void {
    if (this.sender.state === 'gone') requester.reply('receiver-gone');
    else if (this.#hasRoom()) this.#accept(message, requester);
    else this.waiting.push({ message, requester });
  }

  /** The journal has kept a message. */
  appended(sequence: number): void {
    const staged = this.#stagedAt(sequence);
    if (staged === undefined) return;
    staged.isKept = true;
    this.#sendKept();
  }

  /** The journal cannot keep a message, or the journal has failed. @throws the error, in that case */
  notAppended(sequence: number, error: unknown): void {
    if (!isUnsendable(error)) throw error;
    const staged = this.#stagedAt(sequence);
    if (staged === undefined) return;
    staged.requester.fail(error);
    staged.message = null;
    staged.isKept = true;
    this.#sendKept();
  }

  /** Takes over an unconfirmed message of a former session. */
  restore(sequence: number, message: Message): void {
    // A number that is missing was given to a message that could not be sent.
    while (this.sender.last + 1 < sequence) this.#restore(null);
    this.#restore(message);
  }

  #restore(message: Message | null): void {
    this.requesters.push({ requester: null });
    this.sender.restore(message);
  }

  #stagedAt(sequence: number): Staged | undefined {
    const first = this.staged.peek();
    return first === undefined ? undefined : this.staged.at(sequence - first.sequence);
  }

  #sendKept(): void {
    while (this.staged.peek()?.isKept === true) {
      const { message, requester } = this.staged.shift()!;
      this.#send(message, requester);
    }
  }

  /** Does what the sender wants, and then lets those in who wait: what they send comes after it. */
  perform(effects: readonly SenderEffect<Message>[]): void {
    this.#carryOut(effects);
    while (this.waiting.length > 0 && this.#hasRoom()) {
      const { message, requester } = this.waiting.shift()!;
      this.#accept(message, requester);
    }
  }

  #carryOut(effects: readonly SenderEffect<Message>[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'transmit':
          this.#transmit(effect.packet);
          break;
        case 'confirmed':
          this.#confirmed(effect.through);
          break;
        case 'abandoned':
          this.settleAll((requester) => requester.reply('receiver-gone'));
          break;
        case 'start-timer':
          this.ctx.startTimer('resend', effect.delayMs, { type: 'timer' });
          break;
      }
    }
  }

  /** Answers all whose messages are not confirmed. */
  settleAll(answer: (requester: Requester<Delivered>) => void): void {
    this.requesters.drain(({ requester }) => requester !== null && answer(requester));
    this.staged.drain(({ requester }) => answer(requester));
    this.waiting.drain(({ requester }) => answer(requester));
  }

  #hasRoom(): boolean {
    return this.sender.unconfirmedCount + this.staged.length < this.args.capacityCount;
  }

  #accept(message: Message, requester: Requester<Delivered>): void {
    const { journal } = this.args;
    if (journal === null) {
      this.#send(message, requester);
      return;
    }
    const sequence = this.sender.last + this.staged.length + 1;
    this.staged.push({ sequence, message, requester, isKept: false });
    const { session, ctx } = this;
    const { self } = ctx;
    const append = { type: 'append', id: journal.id, session, sequence, message } as const;
    ctx.ask(journal.log, append).then(
      () => self.tell({ type: 'appended', sequence }),
      (error) => self.tell({ type: 'append-failed', sequence, error }),
    );
  }

  #send(message: Message | null, requester: Requester<Delivered>): void {
    this.requesters.push({ requester });
    const effects = this.sender.send(message);
    // Room was made sure of; when the receiver is gone nothing is staged or waits any more.
    assert(typeof effects !== 'string', () => `the sender is ${effects}`);
    this.#carryOut(effects);
  }

  #transmit(packet: SenderPacket<Message>): void {
    const { to } = this.args;
    const { self } = this.ctx;
    try {
      to.tell({ type: RELIABLE, packet, from: self });
    } catch (error) {
      if (packet.kind !== 'data' || !isUnsendable(error)) {
        // The receiver's mailbox is full and its policy is to say so: as good as lost on the way.
        if (hasCode(error, 'ERR_MAILBOX_FULL')) return;
        throw error;
      }
      this.sender.withdraw(packet.sequence);
      const sent = this.requesters.at(packet.sequence - this.settled - 1);
      sent?.requester?.fail(error);
      if (sent !== undefined) sent.requester = null;
      to.tell({ type: RELIABLE, packet: { ...packet, message: null }, from: self });
    }
  }

  #confirmed(through: number): void {
    while (this.settled < through) {
      this.settled++;
      this.requesters.shift()?.requester?.reply('handled');
    }
    const { journal } = this.args;
    if (journal !== null) {
      journal.log.tell({ type: 'confirm', id: journal.id, session: this.session, through });
    }
  }
}

function isUnsendable(error: unknown): boolean {
  return hasCode(error, 'ERR_NOT_SENDABLE') || hasCode(error, 'ERR_TOO_LARGE');
}
