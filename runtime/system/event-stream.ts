import { EventEmitter } from 'eventemitter3';
import { asError } from '../base/errors.js';
import type { DeadLetter } from '../worker/dead-letter-office.js';
import type { TracedMessage } from '../worker/traces.js';

/** An incarnation of an actor failed. */
export interface ActorFailed {
  readonly actor: string;
  readonly kind: string;
  readonly thread: number;
  readonly incarnation: number;
  /** From another thread: name, message, stack and code. */
  /** `code` as far as it is a string or number, for Node's errors and those of the runtime. */
  readonly error: {
    readonly name: string;
    readonly message: string;
    readonly stack?: string | undefined;
    readonly code?: string | number | undefined;
  };
}

/** A supervisor has begun a new incarnation. */
export interface ActorRestarted {
  readonly actor: string;
  readonly kind: string;
  readonly thread: number;
  readonly incarnation: number;
}

/** A thread died. */
export interface ThreadDied {
  readonly thread: number;
  readonly error: Error;
  /** Upper bound of the messages that were in its mailboxes and queues. */
  readonly lostAtMost: number;
}

/** A thread runs in place of a dead one. */
export interface ThreadReplaced {
  readonly thread: number;
  /** Milliseconds from the death until it ran. */
  readonly afterMs: number;
}

/** A handler has blocked its thread for longer than the watchdog allows. */
export interface ThreadBlocked {
  readonly thread: number;
  readonly blockedMs: number;
  /** Kind of the running actor, its address, and the type of the message. */
  readonly kind: string | undefined;
  readonly actor: string;
  readonly message: string | undefined;
}

/** A record that could not be read from a ring. */
export interface DamagedRecord {
  readonly from: number;
  readonly thread: number;
  readonly reason: string;
  readonly error: string;
}

/** What an actor published by `ctx.publish`. */
export interface UserEvent {
  readonly name: string;
  readonly payload: unknown;
}

/** The events of a system, by name. */
export interface SystemEvents {
  'dead-letter': (event: DeadLetter) => void;
  'actor-failed': (event: ActorFailed) => void;
  'actor-restarted': (event: ActorRestarted) => void;
  'thread-died': (event: ThreadDied) => void;
  'thread-replaced': (event: ThreadReplaced) => void;
  'thread-blocked': (event: ThreadBlocked) => void;
  'damaged-record': (event: DamagedRecord) => void;
  /** A message of an actor that is traced: see `ActorSystem.trace`. */
  'message-traced': (event: TracedMessage) => void;
  user: (event: UserEvent) => void;
}

const RUNTIME_EVENTS: ReadonlySet<string> = new Set<keyof SystemEvents>([
  'dead-letter',
  'actor-failed',
  'actor-restarted',
  'thread-died',
  'thread-replaced',
  'thread-blocked',
  'damaged-record',
  'message-traced',
]);

/**
 * What happens in a system, for logs, tests and monitors: events of all threads, in order for each
 * thread. Listeners run on the main thread; one that throws does not disturb the system.
 *
 * @thread main
 */
export class EventStream {
  readonly #emitter = new EventEmitter<SystemEvents>();

  on<E extends keyof SystemEvents>(event: E, listener: SystemEvents[E]): this {
    this.#emitter.on(event, listener as never);
    return this;
  }

  once<E extends keyof SystemEvents>(event: E, listener: SystemEvents[E]): this {
    this.#emitter.once(event, listener as never);
    return this;
  }

  off<E extends keyof SystemEvents>(event: E, listener: SystemEvents[E]): this {
    this.#emitter.off(event, listener as never);
    return this;
  }

  /** @internal an event of the runtime, or of an actor: those arrive as `user` */
  publish(name: string, payload: unknown): void {
    if (name.startsWith('user:')) this.#emit('user', { name: name.slice(5), payload });
    else if (RUNTIME_EVENTS.has(name)) this.#emit(name as keyof SystemEvents, payload);
  }

  #emit(event: keyof SystemEvents, payload: unknown): void {
    for (const listener of this.#emitter.listeners(event)) {
      // Takes it off if it came by `once`, before what it does can lead to the same event.
      this.#emitter.off(event, listener, undefined, true);
      try {
        (listener as (payload: unknown) => void)(payload);
      } catch (error) {
        // The listener's defect, told where it cannot be missed and breaks nothing.
        process.emitWarning(asError(error), { detail: `in a listener of '${event}'` });
      }
    }
  }

  /** @internal */
  close(): void {
    this.#emitter.removeAllListeners();
  }
}
