import type { Definition } from '../actor/definition.js';
import type { BackoffSettings, SpawnOptions } from '../actor/spawn-options.js';
import { checkMade } from '../base/check-made.js';
import { checkNames, checkNumber } from '../base/check-option.js';
import { hasCode, TroupeError } from '../base/errors.js';
import { CircularQueue } from '../mailbox/circular-queue.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { Message, Tells } from '../ref/protocol.js';
import { resolveBackoff } from '../supervision/backoff.js';
import type { DeliveryJournalMessage } from './delivery-journal.js';
import { OutboxActor, outboxEnded } from './outbox-actor.js';
import type { Delivered, OutboxMessage } from './outbox-state.js';
import type { Reliable } from './packets.js';

/** How an outbox sends. Every field has a default. */
export interface ReliableOptions {
  /** Messages that may wait for their confirmation, 1 to 1,000,000; 1000. */
  readonly capacity?: number;
  /** When to ask again if nothing is heard; from 200 ms to 5000 ms, with jitter. */
  readonly resend?: BackoffSettings;
  /** Keeps unconfirmed messages for the next outbox of the same id; without it they are lost with the sender. */
  readonly journal?: {
    readonly log: ActorRef<DeliveryJournalMessage>;
    /** Names the stream, 1 to 255 characters. One outbox at a time may use it, always to the same receiver. */
    readonly id: string;
  };
}

/** Who can have an outbox: an actor, through its context, or a system. */
export interface OutboxOwner {
  spawn<N extends Message, A>(
    definition: Definition<N, A>,
    args: NoInfer<A>,
    options?: SpawnOptions,
  ): ActorRef<N>;
}

/** Longest wait of an ask: an outbox waits as long as there is a receiver. */
const NO_DEADLINE_MS = 2 ** 36;

/**
 * Sends to one receiver reliably: see {@link reliable}. Messages are sent in the order of the calls.
 *
 * @typeParam M the protocol of the receiver
 * @thread the thread of its owner; cannot be sent
 */
export class Outbox<M extends Message> {
  readonly #actor: ActorRef<OutboxMessage>;
  readonly #to: AnyRef;
  readonly #capacityCount: number;
  /** Calls that wait for room, first come first served. */
  readonly #waiting = new CircularQueue<() => void>();
  #pendingCount = 0;

  /** @internal made by {@link reliable} */
  constructor(actor: ActorRef<OutboxMessage>, to: AnyRef, capacityCount: number) {
    checkMade(capacityCount !== undefined, 'Outbox', 'reliable(ctx, ref)');
    this.#actor = actor;
    this.#to = to;
    this.#capacityCount = capacityCount;
  }

  /** Messages sent through this object whose confirmation is awaited. */
  get pendingCount(): number {
    return this.#pendingCount;
  }

  /**
   * Sends a message if there is room for it.
   * @returns undefined when `capacity` messages are unconfirmed: the message was not taken. Otherwise the
   *   promise of {@link send}
   */
  offer(message: Tells<M>): Promise<void> | undefined {
    if (this.#pendingCount >= this.#capacityCount) return undefined;
    this.#pendingCount++;
    return this.#deliver(message);
  }

  /**
   * Sends a message, waiting for room if need be, and resolves when the receiver's handler has completed. A
   * promise that rejects unawaited fails the actor that sent, as everywhere.
   * @throws {TroupeError} ERR_NO_SUCH_ACTOR: the receiver has ended for good; ERR_STOPPED: the outbox has;
   *   ERR_NOT_SENDABLE, ERR_TOO_LARGE: the message cannot leave this thread; all as rejections. But for the last
   *   two, the message may have been handled
   */
  async send(message: Tells<M>): Promise<void> {
    // A place that becomes free is handed to the first who waits, so that nobody overtakes.
    if (this.#pendingCount < this.#capacityCount) this.#pendingCount++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await this.#deliver(message);
  }

  async #deliver(message: Tells<M>): Promise<void> {
    let delivered: Delivered;
    try {
      delivered = await this.#actor.ask(
        { type: 'deliver', message: message as Message },
        { timeoutMs: NO_DEADLINE_MS },
      );
    } catch (error) {
      throw hasCode(error, 'ERR_NO_SUCH_ACTOR') ? outboxEnded(this.#to) : error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#pendingCount--;
      else next();
    }
    if (delivered === 'receiver-gone') throw receiverGone(this.#to);
  }
}

function receiverGone(to: AnyRef): TroupeError {
  return new TroupeError('ERR_NO_SUCH_ACTOR', {
    what: 'the receiver has ended before it confirmed this message',
    where: String(to),
    mend: 'send to an actor that is restarted, or to the one that took its place',
  });
}

/**
 * Reliable delivery to one actor: sequence numbers, acknowledgements, resending, and demand granted by the
 * receiver, which has been made by `defineReliableActor`.
 *
 * ```ts
 * init: (ledger: ActorRef<Reliable<LedgerMessage>>, ctx) => ({ outbox: reliable(ctx, ledger) }),
 * handlers: { sold: (state, { amount }) => state.outbox.send({ type: 'book', amount }) },
 * ```
 *
 * What is promised, for the messages of one outbox:
 *
 * - *Lost on the way, or refused by a full mailbox*: handled exactly once, in order.
 * - *The receiver fails, or its thread dies*: at least once. What was handled but not confirmed, at most the
 *   receiver's `window`, comes again to the new incarnation; nothing is handled before what comes before it.
 * - *The sender fails, or its thread dies*: with a journal, exactly once, in order; without one, what was not confirmed
 *   is lost, and the rest was handled exactly once. The next incarnation's outbox has a stream of its own.
 * - *Both at the same time*: with a journal, at least once, without a gap; without one, what was not confirmed is lost.
 * - *The receiver ends for good*: what is not confirmed rejects (and stays in the journal).
 *
 * Exactly once over the deaths of the receiver, end to end, needs a receiver that stores `deliveryOf(ctx)`
 * together with what it does. A journal holds a message from the moment its append is answered; what
 * a dying thread had not handed to it is lost, never anything before something that was kept.
 *
 * Messages go by reference to an actor of the same thread: don't change what you have sent.
 *
 * @param owner the context of an actor, whose outbox ends with its incarnation, or a system
 * @throws {TroupeError} ERR_OPTION; those of `spawn`
 */
export function reliable<M extends Message>(
  owner: OutboxOwner,
  to: ActorRef<Reliable<M>>,
  options: ReliableOptions = {},
): Outbox<M> {
  checkNames('reliable', options, { capacity: true, resend: true, journal: true });
  const { capacity = 1000, journal = null } = options;
  const capacityCount = Math.floor(checkNumber('reliable.capacity', capacity, 1, 1e6));
  const resend = resolveBackoff(options.resend ?? { minMs: 200, maxMs: 5000 }, 'reliable.resend');
  if (journal !== null) checkNames('reliable.journal', journal, { log: true, id: true });
  if (journal !== null) checkNumber('the length of reliable.journal.id', journal.id.length, 1, 255);
  // An outbox whose journal fails ends: its owner decides what then, not its supervisor's budget.
  const actor = owner.spawn(
    OutboxActor,
    { to, capacityCount, resend, journal },
    { placement: 'same', restart: 'temporary', mailbox: { capacity: 2 * capacityCount + 65_536 } },
  );
  return new Outbox(actor, to, capacityCount);
}
