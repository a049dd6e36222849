import { CircularQueue } from '../mailbox/circular-queue.js';
import type { Stash } from '../mailbox/stash.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { AskEnvelope } from '../ref/envelope.js';
import { TimerEntry } from '../scheduler/timer-entry.js';
import type { ActorTimers } from './actor-timers.js';
import type { TimerOwner } from './cell-host.js';
import type { TerminatedEvent } from './terminated.js';
import { Watches } from './watches.js';

/** Something the runtime has to say to the actor's own code, before the next message. */
export type Notice =
  | { readonly type: 'terminated'; readonly event: TerminatedEvent }
  /** A message that the actor asked for: `watch` with a message. */
  | { readonly type: 'message'; readonly actor: AnyRef; readonly message: unknown }
  | { readonly type: 'receive-timeout' };

/**
 * What most actors never use, made at first need, so that an idle actor is small.
 */
export class CellExtras implements TimerOwner {
  timers: ActorTimers | null = null;
  /** Tokens of timers go on counting over incarnations, so that no old one is taken for a new one. */
  nextTimerToken = 1;
  stash: Stash<NonNullable<unknown>> | null = null;
  abort: AbortController | null = null;
  /** Asks in hand of an interleaving actor: who is told when their turns become void. */
  asked: Set<AskEnvelope> | null = null;
  receiveTimeoutMs = 0;
  lastMessageMs = 0;
  readonly watches = new Watches();
  readonly notices = new CircularQueue<Notice>();
  readonly receiveTimer: TimerEntry<TimerOwner>;
  readonly #onReceiveTimer: () => void;

  constructor(onReceiveTimer: () => void) {
    this.#onReceiveTimer = onReceiveTimer;
    this.receiveTimer = new TimerEntry<TimerOwner>(this);
  }

  expired(): void {
    this.#onReceiveTimer();
  }
}
