import type { ActorCell } from '../actor/actor-cell.js';
import type { TimerOwner } from '../actor/cell-host.js';
import { type AskExpiry, PendingAsk } from '../actor/pending-ask.js';
import type { Clock } from '../base/clock.js';
import { TroupeError } from '../base/errors.js';
import { CounterIndex } from '../memory/counters.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ReplyAddress } from '../ref/envelope.js';
import type { TimerWheel } from '../scheduler/timer-wheel.js';

/** Longest time an ask may wait. */
export const MAX_TIMEOUT_MS = 2 ** 36;

/** What an ask table needs of its thread. */
export interface AskTableOwner {
  readonly thread: number;
  readonly serial: number;
  readonly clock: Clock;
  readonly wheel: TimerWheel<TimerOwner>;
  readonly counters: Float64Array;
  /** The ask has waited for its probe time: look for a cycle, ask after the target's state. */
  probeAsk(ask: PendingAsk): void;
  timeoutError(ask: PendingAsk): TroupeError;
  /** Calls it after the event loop has had its turn. */
  afterIo(call: () => void): void;
}

/**
 * The asks of this thread that have no answer yet. An answer finds its row by number; the generation
 * makes answers that come too late find nobody. Each row has one timer: first for the probe, then for the
 * deadline.
 */
export class AskTable implements AskExpiry {
  readonly #owner: AskTableOwner;
  readonly #rows: PendingAsk[] = [];
  readonly #free: PendingAsk[] = [];
  readonly #probeMs: number;
  #size = 0;

  constructor(owner: AskTableOwner, probeMs: number) {
    this.#owner = owner;
    this.#probeMs = probeMs;
  }

  /** Asks without an answer. */
  get size(): number {
    return this.#size;
  }

  /**
   * Opens a row.
   * @throws {TroupeError} ERR_OPTION for a timeout that is no positive number
   */
  open(
    target: AnyRef,
    timeoutMs: number,
    by: ActorCell | null,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ): PendingAsk {
    checkTimeout(timeoutMs);
    let ask = this.#free.pop();
    if (ask === undefined) {
      ask = new PendingAsk(this.#rows.length, this);
      this.#rows.push(ask);
    }
    const now = this.#owner.clock.now();
    ask.generation = (ask.generation + 1) & 0x7fffffff;
    ask.target = target;
    ask.resolve = resolve;
    ask.reject = reject;
    ask.position = Number.NaN;
    ask.askedAtMs = now;
    ask.timeoutMs = timeoutMs;
    if (by !== null) ask.link(by);
    const probeMs = Math.min(this.#probeMs, timeoutMs * 0.8);
    ask.probed = probeMs < 1;
    this.#owner.wheel.schedule(ask.entry, now, ask.probed ? timeoutMs : probeMs);
    this.#size++;
    return ask;
  }

  addressOf(ask: PendingAsk): ReplyAddress {
    const { thread, serial } = this.#owner;
    return { thread, serial, slot: ask.slot, generation: ask.generation };
  }

  /** The row of an answer that came in time. */
  find(slot: number, generation: number): PendingAsk | undefined {
    const ask = this.#rows[slot];
    return ask?.isPending && ask.generation === generation ? ask : undefined;
  }

  /** The rows that wait for an answer. */
  *pending(): IterableIterator<PendingAsk> {
    for (const ask of this.#rows) if (ask.isPending) yield ask;
  }

  /** An answer has come; one for a row that is closed is dropped and counted. */
  settle(slot: number, generation: number, failed: boolean, value: unknown): void {
    const ask = this.find(slot, generation);
    const { counters } = this.#owner;
    if (ask === undefined) {
      counters[CounterIndex.lateReplies] = counters[CounterIndex.lateReplies]! + 1;
      return;
    }
    counters[CounterIndex.replies] = counters[CounterIndex.replies]! + 1;
    const { resolve } = ask;
    if (failed) {
      this.fail(ask, value);
      return;
    }
    this.#close(ask);
    resolve!(value);
  }

  /**
   * Ends a row with an error: given up, refused, timed out. One that is refused while it is being made hears of it
   * after the event loop has had its turn: who asks again at once would otherwise go on in microtasks for ever, and
   * nothing else on the thread.
   */
  fail(ask: PendingAsk, error: unknown): void {
    const { reject, isOpening } = ask;
    this.#close(ask);
    if (reject === null) return;
    if (isOpening) this.refuse(reject, error);
    else reject(error);
  }

  /** Rejects after the event loop has had its turn. */
  refuse(reject: (error: unknown) => void, error: unknown): void {
    this.#owner.afterIo(() => reject(error));
  }

  /** Drops the asks of an incarnation that is over: their promises stay pending, nobody waits. */
  forget(cell: ActorCell): void {
    while (cell.asks !== null) this.#close(cell.asks);
  }

  /**
   * A thread died. Asks that it had read are lost with its mailboxes, and fail now rather than at their
   * deadline (as OTP's calls do); those still in its ring will be answered by the next incarnations.
   * @param head how far the dead thread had read this thread's ring
   */
  threadDied(thread: number, head: number, error: () => unknown): void {
    for (const ask of this.#rows) {
      if (!ask.isPending || ask.target?.thread !== thread) continue;
      if (((head - ask.position) | 0) >= 0 && !Number.isNaN(ask.position)) this.fail(ask, error());
    }
  }

  /**
   * Asks the next thread of that number what the runtime has asked the one that died, which may have read it. Of two
   * answers the second is dropped.
   */
  repeatQueries(thread: number): void {
    for (const ask of this.#rows) {
      if (ask.isPending && ask.target?.thread === thread) ask.again?.();
    }
  }

  failAll(error: () => unknown): void {
    for (const ask of this.#rows) if (ask.isPending) this.fail(ask, error());
  }

  askExpired(ask: PendingAsk): void {
    const { wheel, counters } = this.#owner;
    if (!ask.probed) {
      ask.probed = true;
      const probeMs = Math.min(this.#probeMs, ask.timeoutMs * 0.8);
      wheel.schedule(ask.entry, ask.askedAtMs + probeMs, ask.timeoutMs - probeMs);
      this.#owner.probeAsk(ask);
      return;
    }
    counters[CounterIndex.askTimeouts] = counters[CounterIndex.askTimeouts]! + 1;
    this.fail(ask, this.#owner.timeoutError(ask));
  }

  #close(ask: PendingAsk): void {
    this.#owner.wheel.cancel(ask.entry);
    ask.unlink();
    ask.unlisten?.();
    ask.unlisten = null;
    ask.resolve = null;
    ask.reject = null;
    ask.target = null;
    ask.report = null;
    ask.again = null;
    ask.isOpening = false;
    this.#free.push(ask);
    this.#size--;
  }
}

function checkTimeout(timeoutMs: number): void {
  if (typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS) return;
  throw new TroupeError('ERR_OPTION', {
    what: `timeoutMs is ${String(timeoutMs)}`,
    mend: 'use a number of milliseconds greater than 0, at most 2^36',
  });
}
