import type { Clock } from '../base/clock.js';
import type { DurationMeter } from '../base/duration-meter.js';
import type { Random } from '../base/random.js';
import type { DeadLetterReason } from '../memory/counters.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { AskOptions, Host } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import type { TimerEntry } from '../scheduler/timer-entry.js';
import type { TimerWheel } from '../scheduler/timer-wheel.js';
import type { ActorCell } from './actor-cell.js';
import type { ActorKind } from './actor-kind.js';
import type { Definition, LoadedDefinition } from './definition.js';
import type { ExitReason } from './exit-reason.js';
import type { JobDefinition, OffloadOptions } from './job.js';
import type { Origin } from './origin.js';
import type { ReplyPort } from './requester.js';
import type { Signal } from './signals.js';
import type { SpawnOptions } from './spawn-options.js';

/** Something a wheel timer belongs to. */
export interface TimerOwner {
  /** The timer has expired. Must not throw. */
  expired(timer: TimerEntry<TimerOwner>): void;
}

/** Where a dead letter was found, for the counters. */
export type DeadLetterOrigin = 'sender' | 'mailbox' | 'overflow';

/**
 * The children of one actor and how they are supervised. `supervision/` implements it; a cell makes one
 * at its first child.
 */
export interface Family {
  readonly refs: readonly AnyRef[];
  byName(name: string): AnyRef | undefined;
  spawn(definition: Definition<never, never>, args: unknown, options: SpawnOptions): AnyRef;
  started(child: AnyRef): Promise<void>;
  stopChild(child: AnyRef): void;
  /** A report of a child. */
  onSignal(signal: Signal): void;
  /**
   * A child of this thread has started or is gone: the short way, without a signal.
   * @returns false when it has to be a signal
   */
  tookStart(child: Origin): boolean;
  tookEnd(child: Origin, reason: ExitReason): boolean;
  /** Stops all children in reverse order, then calls back once. */
  stopAll(done: () => void): void;
  /** Voids all children at once, then calls back once: this actor is killed. */
  killAll(done: () => void): void;
  readonly isEmpty: boolean;
  /** Nothing will be heard of any child any more: those who wait for a start are told why. */
  giveUp(error: Error): void;
  /** The incarnation is over and all children are gone: the thread may forget this family. Idempotent. */
  close(): void;
}

/** What a cell needs of its thread. `worker/` implements it. */
export interface CellHost extends ReplyPort {
  readonly thread: number;
  readonly systemName: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly counters: Float64Array;
  /** Null where `metrics` is off. */
  readonly durations: DurationMeter | null;
  readonly wheel: TimerWheel<TimerOwner>;
  /** Shared words, some of which are gauges of routers. */
  readonly gauges: Int32Array;
  /** What references of this thread send through. */
  readonly post: Host;
  /** The actor whose code runs now, also after an `await` in it; null outside of actors. */
  current: ActorCell | null;

  /** Puts a cell on the run queue. The cell keeps track of whether it stands there. */
  schedule(cell: ActorCell): void;
  /** A turn of a cell begins: it is {@link current}, and shown in shared memory, for the watchdog. */
  enter(cell: ActorCell): void;
  /** Shows the message type that the cell in its turn handles now; 0 for none. */
  showType(label: number): void;
  /** The kind of a definition on this thread; a promise while its module is loaded. */
  kind(definition: { module: string; name: string }): ActorKind | Promise<ActorKind>;
  /** The kind of a cell was loaded after the cell was made. */
  completed(cell: ActorCell, kind: ActorKind): void;
  /** Sends a signal to an actor anywhere. Never lost while that thread lives. */
  signal(to: AnyRef, signal: Signal): void;
  /** Serial of the thread that a member has now, or had last. */
  serialOf(member: number): number;
  /** Serial of the latest thread of a member that is known here to be dead; 0 for none. */
  deadSerial(member: number): number;
  /** A message will not be handled. Answers its asker, counts it and tells the event stream. */
  deadLetter(item: unknown, to: AnyRef, reason: DeadLetterReason, origin: DeadLetterOrigin): void;
  /** Sends an item of a mailbox (message or envelope) to another actor, keeping who asked. */
  forward(to: ActorRef<Message>, item: unknown): void;
  ask(
    to: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
    by: ActorCell | null,
  ): Promise<unknown>;
  /** The waiting asks of an incarnation that is over are void. */
  forgetAsks(cell: ActorCell): void;
  createFamily(cell: ActorCell, definition: LoadedDefinition): Family;
  /** The cell is gone: take it out of the table. The end of a guardian ends the system. */
  removed(cell: ActorCell, reason: ExitReason): void;
  /** A probe of a chain of asks that may be a cycle has come back to the asker, or goes on from here. */
  probe(cell: ActorCell, signal: Extract<Signal, { type: 'ask-probe' }>): void;
  /** The cell failed: for the event stream and the counters. */
  failed(cell: ActorCell, error: Error): void;
  /** The incarnation has begun: the parent hears of it. */
  started(cell: ActorCell): void;
  /** The actor is gone for good: the parent hears of it. */
  terminated(cell: ActorCell, reason: ExitReason): void;
  restarted(cell: ActorCell): void;
  /** Messages taken in hand went into the stash: they have not been handled after all. */
  stashed(cell: ActorCell, count: number): void;
  publish(name: string, payload: unknown): void;
  /** Has something be flushed when the system stops. @returns takes it back */
  flushAtStop(flush: () => Promise<void>): () => void;
  offload(
    job: JobDefinition<never, unknown>,
    args: unknown,
    options: OffloadOptions | undefined,
  ): Promise<unknown>;
}
