import { CircularQueue } from '../mailbox/circular-queue.js';
import type { Stash } from '../mailbox/stash.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { AskEnvelope } from '../ref/envelope.js';
import type { ActorTimers } from './actor-timers.js';
import type { Family } from './cell-host.js';
import type { PendingAsk } from './pending-ask.js';
import type { ReceiveTimeout } from './receive-timeout.js';
import type { Signal } from './signals.js';
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
export class CellExtras {
  incarnation = 0;
  family: Family | null = null;
  /** The first of the asks that this incarnation waits for. */
  asks: PendingAsk | null = null;
  /** Handlers of an interleaving actor that have not settled. */
  inFlight = 0;
  /** Asks in hand of an interleaving actor: who is told when their turns become void. */
  asked: Set<AskEnvelope> | null = null;
  timers: ActorTimers | null = null;
  /** Tokens of timers go on counting over incarnations, so that no old one is taken for a new one. */
  nextTimerToken = 1;
  receiveTimeout: ReceiveTimeout | null = null;
  stash: Stash<NonNullable<unknown>> | null = null;
  abort: AbortController | null = null;
  watches: Watches | null = null;
  notices: CircularQueue<Notice> | null = null;
  signals: CircularQueue<Signal> | null = null;

  openWatches(): Watches {
    this.watches ??= new Watches();
    return this.watches;
  }

  notify(notice: Notice): void {
    this.notices ??= new CircularQueue();
    this.notices.push(notice);
  }

  addSignal(signal: Signal): void {
    this.signals ??= new CircularQueue();
    this.signals.push(signal);
  }

  get signalCount(): number {
    return this.signals === null ? 0 : this.signals.length;
  }

  get noticeCount(): number {
    return this.notices === null ? 0 : this.notices.length;
  }
}
