import { assert } from '../base/assert.js';
import { TroupeError } from '../base/errors.js';
import { TimerEntry } from '../scheduler/timer-entry.js';
import type { TimerWheel } from '../scheduler/timer-wheel.js';
import type { TimerOwner } from './cell-host.js';

/** Longest delay: 2^36 ms, a little over two years. */
export const MAX_DELAY_MS = 2 ** 36;

/** Where an expired timer's message goes. */
export interface TimerSink {
  timerExpired(timer: KeyedTimer): void;
}

/** One timer of an actor, named by its key. The token tells one setting of the key from the next. */
export class KeyedTimer implements TimerOwner {
  readonly key: string;
  readonly token: number;
  readonly message: unknown;
  /** 0 for a timer that fires once. */
  readonly intervalMs: number;
  readonly entry: TimerEntry<TimerOwner>;
  readonly #sink: TimerSink;

  constructor(sink: TimerSink, key: string, token: number, message: unknown, intervalMs: number) {
    this.#sink = sink;
    this.key = key;
    this.token = token;
    this.message = message;
    this.intervalMs = intervalMs;
    this.entry = new TimerEntry<TimerOwner>(this);
  }

  expired(): void {
    this.#sink.timerExpired(this);
  }
}

/**
 * The keyed timers of one incarnation. A timer that was replaced or cancelled is void even when its
 * message stands in the mailbox already: `isCurrent` is asked before it is handled.
 */
export class ActorTimers {
  readonly #wheel: TimerWheel<TimerOwner>;
  readonly #sink: TimerSink;
  readonly #byKey = new Map<string, KeyedTimer>();
  #nextToken: number;

  /** @param firstToken above those of all former incarnations */
  constructor(wheel: TimerWheel<TimerOwner>, sink: TimerSink, firstToken: number) {
    this.#wheel = wheel;
    this.#sink = sink;
    this.#nextToken = firstToken;
  }

  get nextToken(): number {
    return this.#nextToken;
  }

  start(key: string, nowMs: number, delayMs: number, message: unknown, repeat: boolean): void {
    checkDelay(delayMs, repeat);
    this.cancel(key);
    const timer = new KeyedTimer(this.#sink, key, this.#nextToken++, message, repeat ? delayMs : 0);
    this.#byKey.set(key, timer);
    this.#wheel.schedule(timer.entry, nowMs, delayMs);
  }

  cancel(key: string): void {
    const timer = this.#byKey.get(key);
    if (timer === undefined) return;
    this.#byKey.delete(key);
    this.#wheel.cancel(timer.entry);
  }

  cancelAll(): void {
    for (const timer of this.#byKey.values()) this.#wheel.cancel(timer.entry);
    this.#byKey.clear();
  }

  /** The next beat of an interval, counted from when this one was due; missed beats are left out. */
  rearm(timer: KeyedTimer, nowMs: number): void {
    assert(timer.intervalMs > 0, () => `timer ${timer.key} fires once`);
    const due = timer.entry.deadlineMs;
    const missed = Math.max(0, Math.floor((nowMs - due) / timer.intervalMs));
    this.#wheel.schedule(timer.entry, due + missed * timer.intervalMs, timer.intervalMs);
  }

  /** True when the message of that setting may be handled; a timer that fires once is used up by it. */
  take(key: string, token: number): boolean {
    const timer = this.#byKey.get(key);
    if (timer === undefined || timer.token !== token) return false;
    if (timer.intervalMs === 0) this.#byKey.delete(key);
    return true;
  }
}

function checkDelay(delayMs: number, repeat: boolean): void {
  const minimum = repeat ? 1 : 0;
  if (typeof delayMs === 'number' && delayMs >= minimum && delayMs <= MAX_DELAY_MS) return;
  throw new TroupeError('ERR_OPTION', {
    what: `a timer's ${repeat ? 'interval' : 'delay'} is ${String(delayMs)} ms`,
    mend: `use a number from ${minimum} to 2^36`,
  });
}
