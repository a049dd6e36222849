import type { Clock } from '../../base/clock.js';
import { Call, type CallOptions } from '../call.js';
import { type Environment, environmentOf, type PolicyEnvironment } from '../environment.js';
import type { Verdict } from '../judge.js';
import { tellListener } from '../listeners.js';
import { attempt, type Operation, type Policy } from '../policy.js';
import { RejectedError } from '../rejected-error.js';
import { BreakerCore, type PhaseListener, REFUSED, UNDECIDED } from './breaker-core.js';
import { type BreakerOptions, type BreakerPolicy, breakerPolicy } from './breaker-options.js';
import { BreakerPermit } from './breaker-permit.js';
import type { BreakerState } from './breaker-state.js';
import { type ManualMode, ManualModes } from './manual-modes.js';
import { PHASE_NAMES, Phase, type PhaseName } from './phase.js';
import { cellOf } from './state-cell.js';
import { VerdictQueue } from './verdict-queue.js';

const NOBODY: readonly never[] = [];

/** A breaker has gone from one phase to another. */
export interface PhaseChange {
  readonly breaker: string;
  readonly from: PhaseName;
  readonly to: PhaseName;
}

/** What a breaker has seen on this thread. */
export interface BreakerMetrics {
  readonly phase: PhaseName;
  /** Results in the window. */
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  /** Calls refused since the beginning; they count nowhere else. */
  readonly rejected: number;
  /** Results that came after their permit or their generation, and so counted nowhere. */
  readonly late: number;
}

/**
 * A circuit breaker: calls what it protects as long as that answers well, refuses at once when it does not, and
 * tries a few calls after a while. Each attempt is a call: put it inside of a retry.
 *
 * It costs less than 1 kB, and has no timer but while calls wait for a verdict: whatever is due happens when somebody
 * looks. The result of a call counts
 * only in the phase in which the call began. An abort by the caller and what the judge ignores count nowhere, and
 * give their permit back.
 *
 * @thread one, each thread with a breaker of its own; with `shared` they open and close as one
 */
export class CircuitBreaker implements Policy, PhaseListener {
  readonly name: string;
  readonly #policy: BreakerPolicy;
  readonly #clock: Clock;
  readonly #core: BreakerCore;
  readonly #isTimed: boolean;
  readonly #judgesTime: boolean;
  /** Null when nobody may wait for the verdict of a trial. */
  readonly #queue: VerdictQueue | null;
  #listeners: readonly ((change: PhaseChange) => void)[] = NOBODY;
  #modes: ManualModes | null = null;
  #rejected = 0;

  /** @throws {TroupeError} ERR_OPTION naming the option */
  constructor(options: BreakerOptions = {}, environment?: PolicyEnvironment) {
    const { clock, random, loop }: Environment = environmentOf(environment);
    this.#policy = breakerPolicy(options);
    this.name = this.#policy.name;
    this.#clock = clock;
    this.#core = new BreakerCore(this.#policy, cellOf(options.shared), random, this);
    this.#isTimed = this.#core.window.isTimed;
    this.#judgesTime = this.#policy.slowMs !== Number.POSITIVE_INFINITY;
    const { waiting } = this.#policy;
    this.#queue = waiting === 0 ? null : new VerdictQueue(waiting, loop, () => this.#lookAgain());
  }

  /** The phase now. An open breaker stays `open` until a call comes after its open time. */
  get phase(): PhaseName {
    return PHASE_NAMES[this.#core.look(this.#clock.now()).phase];
  }

  get metrics(): BreakerMetrics {
    const { phase } = this;
    const { window, late } = this.#core;
    if (this.#isTimed) window.look(this.#clock.now());
    const { calls, failures, slow } = window;
    return { phase, calls, failures, slow, rejected: this.#rejected, late };
  }

  /**
   * Calls the operation, or rejects with `ERR_BREAKER_OPEN` and `retryAfterMs`; waits for the verdict of a trial first
   * where `trial.waiting` allows it.
   * @throws whatever the operation throws, as a rejection
   */
  async run<T>(operation: Operation<T>, given?: CallOptions | Call): Promise<T> {
    const call = given instanceof Call ? given : Call.begin(this.#clock, given);
    try {
      if (call.isAborted) throw call.reason;
      let ticket = this.#tryEnter();
      if (ticket === REFUSED) ticket = await this.#enterLater(call);
      const startMs = this.#judgesTime ? this.#clock.now() : 0;
      try {
        const value = await attempt(operation, call);
        this.#returned(ticket, value, startMs);
        return value;
      } catch (error) {
        this.#threw(ticket, error, startMs, call.isAborted);
        throw error;
      }
    } finally {
      if (call !== given) call.end();
    }
  }

  /**
   * The same for a function that answers at once. A promise is an answer like any other, whatever becomes of it: give
   * async functions to `run`.
   * @throws {RejectedError} ERR_BREAKER_OPEN; and whatever the function throws
   */
  runSync<T>(operation: () => T): T {
    const ticket = this.#tryEnter();
    if (ticket === REFUSED) throw this.#rejection();
    const startMs = this.#judgesTime ? this.#clock.now() : 0;
    let value: T;
    try {
      value = operation();
      this.#returned(ticket, value, startMs);
    } catch (error) {
      this.#threw(ticket, error, startMs, false);
      throw error;
    }
    return value;
  }

  /** For calls of another form: a permit that takes the result, or undefined when the call may not be made. */
  tryAcquire(): BreakerPermit | undefined {
    const ticket = this.#tryEnter();
    if (ticket === REFUSED) {
      this.#rejected++;
      return undefined;
    }
    const startMs = this.#judgesTime ? this.#clock.now() : 0;
    return new BreakerPermit((verdict) => this.#record(ticket, verdict, startMs));
  }

  /**
   * Refuses all calls until the returned function is called. Holders are counted, and the strongest mode applies:
   * open, closed, observe. When the last gives back, the breaker is closed with nothing counted. Holders of a
   * shared breaker are counted on each thread alone, though the mode applies to all: hold it from one thread.
   */
  forceOpen(): () => void {
    return this.#hold('forceOpen');
  }

  /** Lets all calls pass and counts nothing, until the returned function is called. */
  forceClosed(): () => void {
    return this.#hold('forceClosed');
  }

  /** Lets all calls pass and counts them, until the returned function is called. */
  observeOnly(): () => void {
    return this.#hold('observe');
  }

  /**
   * Calls back after each change of phase; of a shared breaker after those that this thread comes to see, where
   * quick ones may be seen as one. What a listener throws becomes a warning of the process. @returns ends it
   */
  onPhase(listener: (change: PhaseChange) => void): () => void {
    const one = (change: PhaseChange): void => listener(change);
    this.#listeners = [...this.#listeners, one];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== one);
    };
  }

  #hold(mode: ManualMode): () => void {
    this.#modes ??= new ManualModes();
    const modes = this.#modes;
    const apply = (event: ReturnType<ManualModes['hold']>): void => {
      if (event !== undefined) this.#core.force(event, this.#clock.now());
    };
    apply(modes.hold(mode));
    let isHeld = true;
    return () => {
      if (isHeld) apply(modes.giveBack(mode));
      isHeld = false;
    };
  }

  #tryEnter(): number {
    const ticket = this.#core.enter();
    return ticket === UNDECIDED ? this.#core.admit(this.#clock.now()) : ticket;
  }

  /** Waits for the verdict of a trial or for a permit, if that is wanted and there is room. @returns a ticket */
  async #enterLater(call: Call): Promise<number> {
    const queue = this.#queue;
    while (queue?.hasRoom && this.#core.state.phase === Phase.HALF_OPEN) {
      await queue.wait(call, Math.max(1, this.#core.state.atMs - this.#clock.now()));
      if (call.isAborted) throw call.reason;
      const ticket = this.#tryEnter();
      if (ticket !== REFUSED) return ticket;
    }
    throw this.#rejection();
  }

  #lookAgain(): void {
    this.#core.look(this.#clock.now());
    this.#queue?.wake();
  }

  #returned(ticket: number, value: unknown, startMs: number): void {
    const judge = this.#policy.judgeValue;
    this.#record(ticket, judge === undefined ? 'success' : judge(value), startMs);
  }

  #threw(ticket: number, error: unknown, startMs: number, isAborted: boolean): void {
    this.#record(ticket, isAborted ? 'ignore' : this.#policy.judgeError(error), startMs);
  }

  #record(ticket: number, verdict: Verdict, startMs: number): void {
    const core = this.#core;
    // A ticket of another phase than the one seen last means nothing, so the time of its result does neither.
    const readsClock = this.#isTimed || this.#judgesTime || core.seenPhase !== Phase.CLOSED;
    const nowMs = readsClock ? this.#clock.now() : 0;
    const isSlow = this.#judgesTime && nowMs - startMs > this.#policy.slowMs;
    if (core.record(ticket, verdict, isSlow, nowMs)) core.trip(ticket, this.#clock.now());
    if (verdict === 'ignore') this.#queue?.wake();
  }

  #rejection(): RejectedError {
    this.#rejected++;
    const { phase, atMs } = this.#core.state;
    const isForced = phase === Phase.FORCED_OPEN;
    const retryAfterMs = isForced ? undefined : Math.max(0, atMs - this.#clock.now());
    return new RejectedError(
      'ERR_BREAKER_OPEN',
      {
        what: `the circuit breaker is ${PHASE_NAMES[phase]}`,
        where: this.name,
        mend: isForced ? 'it is held open by hand' : 'wait as long as retryAfterMs says',
      },
      retryAfterMs,
    );
  }

  /** @internal */
  phaseBegan(from: BreakerState, to: BreakerState): void {
    this.#queue?.wake();
    if (this.#listeners.length === 0) return;
    const change = {
      breaker: this.name,
      from: PHASE_NAMES[from.phase],
      to: PHASE_NAMES[to.phase],
    };
    for (const listener of this.#listeners) tellListener(listener, change);
  }
}
