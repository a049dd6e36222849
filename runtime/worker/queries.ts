import type { CellReport } from '../actor/cell-signals.js';
import type { Signal } from '../actor/signals.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ReplyAddress } from '../ref/envelope.js';
import type { ActorThread } from './actor-thread.js';
import { systemStopped } from './system-stopped.js';
import type { ThreadSignal } from './thread-signals.js';

/** Asks the runtime of an actor, or a thread as such, something: by signals, so ahead of all messages. */
export class Queries {
  readonly #thread: ActorThread;

  constructor(thread: ActorThread) {
    this.#thread = thread;
  }

  /**
   * Resolves with undefined when there is no such actor, as in a system that has stopped.
   * @throws {TroupeError} ERR_ASK_TIMEOUT, and ERR_STOPPED when the system stops meanwhile, as rejections
   */
  actor<T>(
    to: AnyRef,
    timeoutMs: number,
    signal: (replyTo: ReplyAddress) => Signal,
  ): Promise<T | undefined> {
    if (!this.#canAnswer(to)) return Promise.resolve(undefined);
    return this.#query<T | undefined>(to, timeoutMs, (replyTo) =>
      this.#thread.signal(to, signal(replyTo)),
    );
  }

  /** How an actor does; undefined when there is none. */
  inspect(to: AnyRef, timeoutMs: number): Promise<CellReport | undefined> {
    return this.actor(to, timeoutMs, (replyTo) => ({ type: 'inspect', replyTo }));
  }

  /** Asks a thread as such, this one included. @throws {TroupeError} as `actor` */
  thread<T>(
    member: number,
    timeoutMs: number,
    signal: (replyTo: ReplyAddress) => ThreadSignal,
  ): Promise<T> {
    const address = { thread: member, creator: 0, slot: 0, generation: 0 };
    const to = this.#thread.makeRef(address, `/thread/${member}`);
    return this.#query<T>(to, timeoutMs, (replyTo) =>
      this.#thread.signals.toThread(member, signal(replyTo)),
    );
  }

  /** Once the thread is closed nobody answers from elsewhere, and no deadline passes. */
  #canAnswer(to: AnyRef): boolean {
    return !this.#thread.isClosed || to.thread === this.#thread.thread;
  }

  #query<T>(to: AnyRef, timeoutMs: number, send: (replyTo: ReplyAddress) => void): Promise<T> {
    const { asks, wheel, clock } = this.#thread;
    return new Promise((resolve, reject) => {
      if (!this.#canAnswer(to)) throw systemStopped(this.#thread.systemName);
      const answered = (value: unknown): void => resolve(value as T);
      const ask = asks.open(to, timeoutMs, null, answered, reject);
      const replyTo = asks.addressOf(ask);
      ask.again = () => send(replyTo);
      ask.probed = true;
      wheel.schedule(ask.entry, clock.now(), timeoutMs);
      send(replyTo);
    });
  }
}
