import { checkMade } from '../base/check-made.js';
import { checkNames, type OptionNames } from '../base/check-option.js';
import type { Clock } from '../base/clock.js';
import { TroupeError } from '../base/errors.js';
import { type Deadline, earlier, NO_DEADLINE, remainingMs, timeoutError } from './deadline.js';

/** Longest time an ask may wait. */
const MAX_ASK_MS = 2 ** 36;

/** How one call is made. */
export interface CallOptions {
  /** Gives up early; the promise rejects with `ERR_CALL_ABORTED`. */
  readonly signal?: AbortSignal;
  /** Until when the result is of use, from `deadlineAfter` or from the message that is being handled. */
  readonly deadline?: Deadline;
  /** True when doing it twice is as good as once: only such calls are hedged, or retried with the outcome unknown. */
  readonly idempotent?: boolean;
}

const NAMES: OptionNames<CallOptions> = { signal: true, deadline: true, idempotent: true };

/** What a call narrows for the one inside of it. */
interface Narrowing {
  readonly deadline?: Deadline;
  readonly attempt?: number;
}

type Listener = (reason: unknown) => void;

/**
 * One call, as the function inside of the policies sees it: its deadline, its signal, and the number of its
 * attempt. Each attempt has its own, so that giving one up harms no other.
 */
export class Call {
  readonly deadline: Deadline;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly idempotent: boolean;
  readonly #clock: Clock;
  #isAborted = false;
  #reason: unknown = undefined;
  #listeners: Set<Listener> | null = null;
  #controller: AbortController | null = null;
  #unlink: (() => void) | null = null;
  /** The outermost call. */
  #root: Call = this;
  #noted: Set<object> | null = null;

  /** @internal calls are made by policies */
  constructor(clock: Clock, deadline: Deadline, attempt: number, idempotent: boolean) {
    checkMade(attempt !== undefined, 'Call', 'what a policy gives to your function');
    this.#clock = clock;
    this.deadline = deadline;
    this.attempt = attempt;
    this.idempotent = idempotent;
  }

  /** @internal the outermost call, joined to the caller's signal */
  static begin(clock: Clock, options: CallOptions | undefined): Call {
    if (options === undefined) return new Call(clock, NO_DEADLINE, 1, false);
    checkNames('the options of a call', options, NAMES);
    const { signal, deadline = NO_DEADLINE, idempotent = false } = options;
    const call = new Call(clock, deadline, 1, idempotent);
    if (signal === undefined) return call;
    if (signal.aborted) call.abort(abortedError(signal));
    else {
      const listener = (): void => call.abort(abortedError(signal));
      signal.addEventListener('abort', listener, { once: true });
      call.#unlink = () => signal.removeEventListener('abort', listener);
    }
    return call;
  }

  /** @internal a call inside of this one: given up with it, or alone; to be ended with `end` */
  inside(narrowing: Narrowing): Call {
    const { deadline = NO_DEADLINE, attempt = this.attempt } = narrowing;
    const narrowed = earlier(this.deadline, deadline);
    const call = new Call(this.#clock, narrowed, attempt, this.idempotent);
    call.#root = this.#root;
    if (this.#isAborted) call.abort(this.#reason);
    else call.#unlink = this.onAbort((reason) => call.abort(reason));
    return call;
  }

  /** Aborted when nobody waits for the result any more. Hand it to what can stop early. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** Why it was given up: the error that its caller got. */
  get reason(): unknown {
    return this.#reason;
  }

  /** Milliseconds until its deadline, 0 when it has passed, `Infinity` without one. */
  get remainingMs(): number {
    return remainingMs(this.deadline, this.#clock);
  }

  /**
   * Options for an `ask` inside of the call: what is left of its time, and its signal.
   * @throws {TroupeError} ERR_CALL_TIMEOUT when nothing is left
   */
  get askOptions(): { readonly signal: AbortSignal; readonly timeoutMs?: number } {
    const leftMs = this.remainingMs;
    if (leftMs === 0) throw timeoutError(0, 'an ask');
    const { signal } = this;
    return leftMs <= MAX_ASK_MS ? { signal, timeoutMs: leftMs } : { signal };
  }

  /** @internal Gives it up, with all that is inside of it. */
  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = null;
    if (listeners !== null) for (const listener of listeners) listener(reason);
    this.#controller?.abort(reason);
  }

  /** @internal Calls back when it is given up. @returns ends that */
  onAbort(listener: Listener): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => this.#listeners?.delete(listener);
  }

  /** @internal True once for each thing in one call, with all that is inside of it. */
  isFirst(thing: object): boolean {
    const root = this.#root;
    root.#noted ??= new Set();
    if (root.#noted.has(thing)) return false;
    root.#noted.add(thing);
    return true;
  }

  /** @internal It has settled: whoever is outside forgets it. */
  end(): void {
    this.#unlink?.();
    this.#unlink = null;
  }
}

function abortedError(signal: AbortSignal): TroupeError {
  return new TroupeError('ERR_CALL_ABORTED', {
    what: 'the caller gave up through its AbortSignal',
    cause: signal.reason,
  });
}
