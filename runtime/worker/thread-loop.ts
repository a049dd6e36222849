import { type Clock, MAX_TIMER_MS } from '../base/clock.js';
import { type EventLoop, nodeEventLoop } from '../base/event-loop.js';
import type { Doorbell } from '../memory/doorbell.js';
import { SpinWorth } from '../scheduler/spin-worth.js';

/** What a loop drives. */
export interface Turnable {
  readonly clock: Clock;
  /**
   * @param nowMs the time, when the clock has just been read
   * @returns true when there may be more to do at once
   */
  turn(nowMs?: number): boolean;
  readonly hasWork: boolean;
  /** Milliseconds until the next timer; Infinity without one. */
  readonly idleMs: number;
  parked(): void;
}

/** How long a loop goes on before others have their turn. */
export interface LoopOptions {
  /** Turns and microtasks run for this long before the event loop has its turn. */
  readonly ioBudgetMs: number;
  /** How long an idle thread polls before it parks; 0 parks at once. */
  readonly spinMs: number;
}

/** Looks at the rings in a glance: between two looks at the clock, while polling. */
const LOOKS_PER_CLOCK = 32;
/** No time: the turn reads the clock itself. */
const UNREAD = -1;

/**
 * Drives the turns of one thread inside Node's event loop.
 *
 * *Busy*: turn after turn, with all microtasks in between, so that what follows an `await` goes on; after
 * `ioBudgetMs` one round of the event loop. Work that comes when it has just become idle begins at once, too, in place of the
 * round that it was to let pass first. *Idle*: glances, lets all microtasks run, polls for `spinMs`, or as
 * `SpinWorth` says, with rounds of the event loop in between, then parks on the doorbell without blocking the event loop. `Atomics.waitAsync` does not keep a
 * thread alive; whoever hosts the loop holds something that does.
 */
export class ThreadLoop {
  readonly #target: Turnable;
  readonly #doorbell: Doorbell;
  readonly #options: LoopOptions;
  readonly #events: EventLoop;
  readonly #pump = (): void => this.#run();
  readonly #afterIo = (): void => {
    this.#resting = null;
    this.#macrotaskMs = this.#target.clock.now();
    this.#run();
  };
  /** The turn that was put off until the event loop had its own, because there was nothing to do. */
  #resting: unknown = null;
  #isScheduled = false;
  #isParked = false;
  #isStopped = false;
  /** The one outstanding wait on the doorbell; it serves any number of parks. */
  #waiter: Promise<unknown> | null = null;
  #timeout: unknown = null;
  #macrotaskMs: number;
  #idleSinceMs = -1;
  readonly #spinWorth = new SpinWorth();
  /** How long this idle time polls; 0 when it did not begin with polling. */
  #pollMs: number;
  /** The time before the glance that has just found something. */
  #glancedMs = UNREAD;

  constructor(
    target: Turnable,
    doorbell: Doorbell,
    options: LoopOptions,
    events: EventLoop = nodeEventLoop,
  ) {
    this.#target = target;
    this.#doorbell = doorbell;
    this.#options = options;
    this.#events = events;
    this.#macrotaskMs = target.clock.now();
    this.#pollMs = 0;
  }

  /** There is work, or soon will be: begins a turn in a microtask. */
  wake(): void {
    if (this.#isStopped) return;
    if (this.#isScheduled) {
      if (this.#resting !== null) this.#hurry();
      return;
    }
    if (this.#isParked) this.#unpark();
    this.#isScheduled = true;
    this.#events.soon(this.#pump);
  }

  /** No turn begins after this. */
  stop(): void {
    this.#isStopped = true;
    if (this.#isParked) this.#unpark();
    // Lets the outstanding wait go, so that nothing is left of the loop.
    this.#doorbell.announce();
    this.#doorbell.ring();
  }

  #run(): void {
    let isFound = true;
    while (isFound) {
      if (this.#isStopped) return;
      // Cleared after the turn: what wakes up during it finds the loop running.
      // After a busy turn there is mostly nothing more to do: a look is cheaper than a turn.
      const isLate = this.#isLate();
      const busy = this.#target.turn(this.#glancedMs);
      this.#glancedMs = UNREAD;
      this.#isScheduled = false;
      if (this.#isStopped) return;
      if (busy) {
        if (this.#pollMs > 0) this.#spinWorth.succeeded(isLate);
        this.#pollMs = 0;
        this.#idleSinceMs = -1;
        this.#again();
        return;
      }
      isFound = this.#rest();
    }
  }

  #again(): void {
    this.#isScheduled = true;
    if (this.#target.clock.now() - this.#macrotaskMs < this.#options.ioBudgetMs) {
      this.#events.soon(this.#pump);
    } else {
      this.#afterEventLoop();
    }
  }

  /** @returns what takes it back */
  #afterEventLoop(): unknown {
    this.#isScheduled = true;
    return this.#events.afterIo(this.#afterIo);
  }

  /** There is work again before the event loop had its turn: it has it when the budget is used up. */
  #hurry(): void {
    this.#events.clearIo(this.#resting);
    this.#resting = null;
    this.#events.soon(this.#pump);
  }

  /**
   * Nothing to do. Microtasks and the event loop may change that, so they come first.
   * @returns true when polling has found something, for a turn at once
   */
  #rest(): boolean {
    const now = this.#target.clock.now();
    if (this.#idleSinceMs < 0) return this.#beginRest(now);
    if (now - this.#idleSinceMs < this.#pollMs) {
      if (this.#poll(now)) return this.#found();
      this.#afterEventLoop();
      return false;
    }
    if (this.#pollMs > 0) this.#spinWorth.failed();
    this.#pollMs = 0;
    this.#park();
    return false;
  }

  /**
   * A glance takes what comes at once. To poll for longer here would hold up the code behind an `await`, whose microtasks
   * may still be to come.
   */
  #beginRest(now: number): boolean {
    this.#idleSinceMs = now;
    const { spinMs } = this.#options;
    this.#pollMs = spinMs > 0 ? spinMs * this.#spinWorth.begin() : 0;
    if (this.#pollMs === 0) {
      this.#resting = this.#afterEventLoop();
      return false;
    }
    if (this.#glance(now)) return this.#found();
    this.#isScheduled = true;
    this.#events.afterMicrotasks(this.#pump);
    return false;
  }

  /** Whether a try that is longer than usual has passed the usual time: the clock is read for no other. */
  #isLate(): boolean {
    const { spinMs } = this.#options;
    return this.#pollMs > spinMs && this.#target.clock.now() - this.#idleSinceMs > spinMs;
  }

  #found(): true {
    this.#isScheduled = true;
    return true;
  }

  /** Looks for work until it comes or the event loop must run. */
  #poll(sinceMs: number): boolean {
    const ioMs = this.#macrotaskMs + this.#options.ioBudgetMs;
    const untilMs = Math.min(this.#idleSinceMs + this.#pollMs, ioMs);
    let now = sinceMs;
    do {
      if (this.#glance(now)) return true;
      now = this.#target.clock.now();
    } while (now < untilMs);
    return false;
  }

  /** Some looks for work, in a row. @param now the time before them, for the turn that takes what they find */
  #glance(now: number): boolean {
    for (let i = 0; i < LOOKS_PER_CLOCK; i++) {
      if (!this.#target.hasWork) continue;
      this.#glancedMs = now;
      return true;
    }
    return false;
  }

  #park(): void {
    this.#idleSinceMs = -1;
    this.#doorbell.announce();
    const { idleMs } = this.#target;
    if (this.#target.hasWork || idleMs <= 0) {
      this.#doorbell.retract();
      this.#again();
      return;
    }
    if (this.#waiter === null) {
      const waiter = this.#doorbell.wait(Number.POSITIVE_INFINITY);
      if (waiter === undefined) {
        this.#doorbell.retract();
        this.#again();
        return;
      }
      this.#waiter = waiter;
      waiter.then(() => {
        this.#waiter = null;
        this.wake();
      });
    }
    this.#isParked = true;
    this.#target.parked();
    if (idleMs !== Number.POSITIVE_INFINITY) {
      const delayMs = Math.min(Math.ceil(idleMs), MAX_TIMER_MS);
      this.#timeout = this.#events.after(delayMs, () => this.wake());
    }
  }

  #unpark(): void {
    this.#isParked = false;
    this.#doorbell.retract();
    if (this.#timeout !== null) this.#events.clear(this.#timeout);
    this.#timeout = null;
  }
}
