import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { AskOptions } from '../ref/host.js';
import type { Message, Of, ReplyOf, Requests, Tells } from '../ref/protocol.js';
import type { Definition } from './definition.js';
import type { NoReply } from './handlers.js';
import type { JobDefinition, OffloadOptions } from './job.js';
import type { Requester } from './requester.js';
import type { SpawnOptions } from './spawn-options.js';

/**
 * What an actor can do besides changing its state. A context belongs to one incarnation: after that is
 * over, its functions throw ERR_CONTEXT and its timers, watches and pending asks are void.
 *
 * @typeParam M the protocol of the actor
 * @typeParam R what the message in hand is answered with
 * @thread the thread of the actor only; a context cannot be sent
 */
export interface Context<M extends Message, R = unknown> {
  readonly self: ActorRef<M>;
  /** The actor that spawned and supervises this one. */
  readonly parent: AnyRef | undefined;
  /** Place in the tree, such as `/user/shop/$3`. */
  readonly path: string;
  /** Counts the restarts of this actor, from 0. */
  readonly incarnation: number;
  /** Index of this thread; 0 is the main thread. */
  readonly thread: number;
  readonly systemName: string;
  /** Aborted when this incarnation is told to end: pass it to `fetch` and the like. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds; in a simulation, virtual ones. */
  now(): number;
  /** A random number in `[0, 1)`; in a simulation, from its seed. */
  random(): number;

  /**
   * Starts a child. The reference works at once; messages wait until `init` is done.
   * @throws {TroupeError} ERR_NAME, ERR_NAME_TAKEN, ERR_OPTION, ERR_NO_THREAD, ERR_NOT_SENDABLE (args), ERR_STOPPED
   */
  spawn<N extends Message, A>(
    definition: Definition<N, A>,
    args: NoInfer<A>,
    options?: SpawnOptions,
  ): ActorRef<N>;
  /** Resolves when a child of this actor has started; rejects with ERR_START_FAILED. */
  started(child: AnyRef): Promise<void>;
  /** Living children in the order of their start. */
  readonly children: readonly AnyRef[];
  /** The living child of that name. */
  child(name: string): AnyRef | undefined;
  /** Stops this actor after the message in hand, with the reason `normal`. */
  stop(): void;
  /** Stops a child for good: it is not restarted. */
  stopChild(child: AnyRef): void;

  /** As `ref.ask`, and known to come from this actor also after an `await`: cycles are detected. */
  ask<N extends Message, const Q extends Requests<N>>(
    ref: ActorRef<N>,
    message: Q,
    options?: AskOptions,
  ): Promise<ReplyOf<Of<Requests<N> & Message, Q['type']>>>;
  /**
   * Passes the message in hand on; its receiver answers the asker. Return it from the handler.
   * @throws {TroupeError} ERR_CONTEXT when no message is in hand
   */
  forward(ref: ActorRef<M>): NoReply;
  /** Passes another message on in place of the one in hand. Return it from the handler. */
  forward<N extends Message>(ref: ActorRef<N>, message: N): NoReply;
  /**
   * The asker of the message in hand, to be answered later; return NO_REPLY from the handler. It may be
   * kept in the state or sent to another actor.
   * @throws {TroupeError} ERR_CONTEXT when the message in hand was told, not asked
   */
  requester(): Requester<R>;

  /** Handles following messages by the behaviour of that name; `default` is `handlers`. */
  become(behavior: string): void;
  /**
   * Puts the message in hand aside until `unstashAll`.
   * @throws {TroupeError} ERR_STASH_FULL, ERR_CONTEXT
   */
  stash(): NoReply;
  /** Puts everything stashed so far before the next message, in its order. */
  unstashAll(): void;

  /**
   * Is told once when the actor is gone for good, also when it is already, or its thread dies: through
   * the hook `terminated`, or as `message` when one is given.
   * @throws {TroupeError} ERR_CONTEXT without a message and without that hook
   */
  watch(actor: AnyRef, message?: Tells<M>): void;
  unwatch(actor: AnyRef): void;
  /** If one of the two fails, the other fails too, with ERR_LINKED_ACTOR_FAILED. */
  link(actor: AnyRef): void;
  unlink(actor: AnyRef): void;

  /** Sends `message` to this actor in `delayMs`; a running timer of that key is replaced. */
  startTimer(key: string, delayMs: number, message: Tells<M>): void;
  /** Sends `message` every `intervalMs`, first after one interval; missed ones are not made up. */
  startInterval(key: string, intervalMs: number, message: Tells<M>): void;
  /** After this no message of that timer is handled, also none that is in the mailbox already. */
  cancelTimer(key: string): void;
  /** Calls the hook `receiveTimeout` whenever no message came for `timeoutMs`; undefined ends it. */
  setReceiveTimeout(timeoutMs: number | undefined): void;

  /**
   * Runs a CPU-bound job in the offload pool, off every actor's thread.
   * @throws {TroupeError} ERR_OFFLOAD, ERR_NOT_SENDABLE as rejections; what the job throws is kept
   */
  offload<A, T>(job: JobDefinition<A, T>, args: NoInfer<A>, options?: OffloadOptions): Promise<T>;
  /** Publishes an event of the user's own on the event stream of the system. */
  publish(name: string, payload: unknown): void;
}
