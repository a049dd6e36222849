import type { DeadLetterOrigin } from '../actor/cell-host.js';
import type { Clock } from '../base/clock.js';
import { TroupeError } from '../base/errors.js';
import { CounterIndex, type CounterName, type DeadLetterReason } from '../memory/counters.js';
import type { AnyRef } from '../ref/actor-ref.js';
import { AskEnvelope, type ReplyAddress } from '../ref/envelope.js';

/** What the event stream hears of a message that will not be handled. */
export interface DeadLetter {
  readonly reason: DeadLetterReason;
  /** The actor it was for, as text: `troupe://…`. */
  readonly to: string;
  /** Type of the message. */
  readonly type: string;
  readonly thread: number;
  /** Dead letters of this reason on this thread that were only counted since the last report. */
  readonly suppressed: number;
}

/** What the office needs of its thread. */
export interface DeadLetterPort {
  readonly thread: number;
  readonly clock: Clock;
  readonly counters: Float64Array;
  publish(name: 'dead-letter', letter: DeadLetter): void;
  replyFailure(to: ReplyAddress, error: unknown): void;
}

const WINDOW_MS = 1000;

/**
 * Where messages end that nobody will handle: each is counted by reason, its asker is answered, and the
 * first of each second and reason are reported.
 */
export class DeadLetterOffice {
  readonly #port: DeadLetterPort;
  readonly #maxEvents: number;
  readonly #windows = new Map<DeadLetterReason, { startMs: number; sent: number; held: number }>();

  constructor(port: DeadLetterPort, maxEvents: number) {
    this.#port = port;
    this.#maxEvents = maxEvents;
  }

  /** Takes a message, or an envelope, for an actor. */
  take(
    item: unknown,
    type: string,
    to: AnyRef | undefined,
    reason: DeadLetterReason,
    origin: DeadLetterOrigin,
  ): void {
    this.count(reason, origin);
    const target = to === undefined ? 'an unknown actor' : to.toString();
    if (item instanceof AskEnvelope) {
      this.#port.replyFailure(item.replyTo, errorFor(reason, target, type));
    }
    this.#report(reason, target, type);
  }

  count(reason: DeadLetterReason, origin: DeadLetterOrigin): void {
    const { counters } = this.#port;
    const index = CounterIndex[`dead:${reason}` as CounterName];
    counters[index] = counters[index]! + 1;
    if (origin === 'mailbox') {
      counters[CounterIndex.deadFromMailbox] = counters[CounterIndex.deadFromMailbox]! + 1;
    } else if (origin === 'overflow') {
      counters[CounterIndex.deadFromOverflow] = counters[CounterIndex.deadFromOverflow]! + 1;
    }
  }

  #report(reason: DeadLetterReason, to: string, type: string): void {
    // A timer that was cancelled after it fired is an expected end, not news.
    if (reason === 'stale-timer') return;
    const now = this.#port.clock.now();
    let window = this.#windows.get(reason);
    if (window === undefined) {
      window = { startMs: now, sent: 0, held: 0 };
      this.#windows.set(reason, window);
    }
    if (now - window.startMs >= WINDOW_MS) {
      window.startMs = now;
      window.sent = 0;
    }
    if (window.sent >= this.#maxEvents) {
      window.held++;
      return;
    }
    window.sent++;
    const suppressed = window.held;
    window.held = 0;
    this.#port.publish('dead-letter', { reason, to, type, thread: this.#port.thread, suppressed });
  }
}

const CODES = {
  'no-such-actor': 'ERR_NO_SUCH_ACTOR',
  stopped: 'ERR_NO_SUCH_ACTOR',
  'mailbox-full': 'ERR_MAILBOX_FULL',
  evicted: 'ERR_MAILBOX_FULL',
  'overflow-full': 'ERR_MAILBOX_FULL',
  unhandled: 'ERR_UNHANDLED',
  'stale-timer': 'ERR_NO_SUCH_ACTOR',
  damaged: 'ERR_DAMAGED',
  'thread-died': 'ERR_THREAD_DIED',
  'attachment-lost': 'ERR_THREAD_DIED',
  'system-stopped': 'ERR_STOPPED',
} as const;

const MENDS: Partial<Record<DeadLetterReason, string>> = {
  'no-such-actor': 'watch the actor to learn of its end, or ask its parent for a new one',
  stopped: 'watch the actor to learn of its end, or ask its parent for a new one',
  'mailbox-full':
    "use send() with the overflow policy 'wait', slow down, or raise mailbox.capacity",
  evicted: 'the mailbox drops its oldest; use another overflow policy for what must be answered',
  'overflow-full': 'await send() now and then, or raise overflowMessages',
  unhandled: 'send a type that the present behaviour handles',
};

/** The error with which an ask is answered whose message became a dead letter. */
export function errorFor(reason: DeadLetterReason, to: string, type: string): TroupeError {
  const mend = MENDS[reason];
  return new TroupeError(CODES[reason], {
    what: `'${type}' became a dead letter: ${reason}`,
    where: to,
    ...(mend === undefined ? {} : { mend }),
  });
}
