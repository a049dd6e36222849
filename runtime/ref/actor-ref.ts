import { inspect } from 'node:util';
import { checkMade } from '../base/check-made.js';
import { type Address, addressKey, sameAddress } from './address.js';
import {
  type AskOptions,
  checkCallOptions,
  type Host,
  type TellOptions,
  type Way,
} from './host.js';
import type { Message, Of, ReplyOf, Requests, Tells } from './protocol.js';

declare const protocol: unique symbol;

/** A reference of any protocol: to be compared, watched, stopped; nothing can be sent through it. */
export interface AnyRef extends Address {
  readonly path: string | undefined;
  readonly id: string;
  equals(other: Address): boolean;
}

/**
 * The address of an actor and the only way to reach it: a small value that may be put into any message,
 * kept, compared with `equals`, used as a key through `id`, and logged. It means the same actor on
 * every thread, over restarts and after the death of the actor's thread.
 *
 * @typeParam M the protocol of the actor, a union discriminated by `type`. Contravariant: who takes more
 *   may stand for one that takes less. So methods know the protocol through `this`, not through `M`,
 *   whose conditional types would make it invariant.
 * @thread any thread of the system, each through its own copy
 */
export class ActorRef<in M extends Message> implements AnyRef {
  declare readonly [protocol]: (message: M) => void;
  declare readonly thread: number;
  declare readonly creator: number;
  declare readonly slot: number;
  declare readonly generation: number;
  /** Place in the tree, such as `/user/shop/cart`; known for named actors and on the home thread. */
  declare readonly path: string | undefined;
  /** The thread, or the actor itself when it lives here; that stays set after its death, when it only refuses. */
  #way: Way;

  /** @internal references come from `spawn` and from messages */
  constructor(host: Host, address: Address, path: string | undefined) {
    if (address === undefined) {
      checkMade(false, 'ActorRef', 'what spawn returns, or system.resolve(path)');
    }
    this.#way = host;
    this.thread = address.thread;
    this.creator = address.creator;
    this.slot = address.slot;
    this.generation = address.generation;
    this.path = path;
  }

  /**
   * Sends a message: at most once, in order with everything else this sender sends to this actor.
   * Never blocks and never throws because of the receiver.
   * @returns false when it is certain already that the message will not be handled: it has become a
   *   dead letter with a reason. True promises nothing: the actor may stop before it gets there.
   * @throws {TroupeError} ERR_NOT_SENDABLE, ERR_TOO_LARGE: the message cannot leave this thread;
   *   ERR_MAILBOX_FULL: only where the receiver's overflow policy is `fail` and it lives on this thread
   */
  tell<N extends Message>(this: ActorRef<N>, message: Tells<N>, options?: TellOptions): boolean {
    if (options !== undefined) checkCallOptions(options);
    return this.#way.tell(this as unknown as ActorRef<Message>, message, options);
  }

  /**
   * Sends a request and resolves with its reply. What the handler throws rejects it, with class, code
   * and cause kept.
   * @throws {TroupeError} ERR_ASK_TIMEOUT with the target's state, ERR_ASK_ABORTED, ERR_ASK_CYCLE,
   *   ERR_NO_SUCH_ACTOR, ERR_UNHANDLED, ERR_MAILBOX_FULL, ERR_STOPPED, ERR_NOT_SENDABLE, all as rejections
   */
  ask<N extends Message, const Q extends Requests<N>>(
    this: ActorRef<N>,
    message: Q,
    options?: AskOptions,
  ): Promise<ReplyOf<Of<Requests<N> & Message, Q['type']>>> {
    return this.#way.home.ask(this as unknown as ActorRef<Message>, message, options) as never;
  }

  /**
   * Sends a message and resolves when it lies in the receiver's mailbox; waits there for room when the
   * mailbox is full and its policy is `wait`. This is the backpressure of a fast sender; a `tell`
   * in between is not held back, and can be refused by a full mailbox. After a timeout or an abort the message
   * may still be delivered.
   * @throws {TroupeError} ERR_MAILBOX_FULL, ERR_NO_SUCH_ACTOR, ERR_ASK_TIMEOUT, ERR_ASK_ABORTED, as rejections
   */
  send<N extends Message>(
    this: ActorRef<N>,
    message: Tells<N>,
    options?: AskOptions,
  ): Promise<void> {
    return this.#way.home.send(this as unknown as ActorRef<Message>, message, options);
  }

  /** The address as a string, equal exactly for equal references: for keys of maps. */
  get id(): string {
    return addressKey(this);
  }

  equals(other: Address): boolean {
    return sameAddress(this, other);
  }

  /** `troupe://SYSTEM/PATH#ID`, or without a path where it is not known. */
  toString(): string {
    return `troupe://${this.#way.systemName}${this.path ?? '/'}#${this.id}`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return `ActorRef(${this.toString()})`;
  }

  /** @internal the host that this copy of the reference sends through */
  static hostOf(ref: AnyRef): Host | undefined {
    return ref instanceof ActorRef ? ref.#way.home : undefined;
  }

  /** @internal joins a reference to the actor on this thread, or to the thread again */
  static bind(ref: ActorRef<Message>, way: Way): void {
    ref.#way = way;
  }
}
