import { CircularQueue } from '../mailbox/circular-queue.js';
import { Mailbox, Offer } from '../mailbox/mailbox.js';
import { CounterIndex } from '../memory/counters.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { LocalTarget } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import type { Runnable, TurnBudget } from '../scheduler/run-queue.js';
import type { ActorContext } from './actor-context.js';
import type { ActorKind, EntryTable } from './actor-kind.js';
import type { KeyedTimer, TimerSink } from './actor-timers.js';
import { mailboxFull, notAMessage } from './cell-errors.js';
import { CellExtras } from './cell-extras.js';
import type { CellHost, Family } from './cell-host.js';
import { type Ending, proceedEnding } from './cell-lifecycle.js';
import type { CellRecipe } from './cell-recipe.js';
import { handleSignal } from './cell-signals.js';
import { begin } from './cell-start.js';
import { Hand } from './hand.js';
import { CellStatus } from './lifecycle.js';
import type { PendingAsk } from './pending-ask.js';
import type { SendOffer, SendWaiter } from './send-waiter.js';
import type { Signal } from './signals.js';
import { handleItem, handleNotice, timerEnvelope } from './turn.js';

/** Every 16th message the slice of time is looked at. */
const CLOCK_MASK = 15;

/**
 * One actor on its thread: mailbox, state and place in the tree. It is what the scheduler runs; the
 * lifecycle stands in `cell-lifecycle.ts`, one message in `turn.ts`, signals in `cell-signals.ts`.
 *
 * @thread the thread of the actor
 */
export class ActorCell implements Runnable, LocalTarget, TimerSink {
  readonly host: CellHost;
  readonly ref: ActorRef<Message>;
  readonly parent: AnyRef | null;
  /** The number under which the parent knows this child. */
  readonly childId: number;
  recipe: CellRecipe;
  /** For `init`, of every incarnation. */
  readonly args: unknown;
  mailbox: Mailbox<NonNullable<unknown>>;
  kind: ActorKind | null = null;
  state: unknown = undefined;
  /** True once `init` of this incarnation is done, so that there is a state to hand to hooks. */
  initialized = false;
  context: ActorContext | null = null;
  /** Handlers of the current behaviour. */
  table: EntryTable | null = null;
  status: CellStatus;
  incarnation = 0;
  /** Counts the turns begun. */
  turn = 0;
  /** Changes whenever open turns become void: what settles under an old epoch has no effect. */
  epoch = 0;
  /** Handlers of an interleaving actor that have not settled. */
  inFlight = 0;
  /** The first of the asks that this incarnation waits for. */
  asks: PendingAsk | null = null;
  /** True while an async handler or hook holds the turn. */
  open = false;
  /** What is being handled: a message or an envelope. */
  hand: unknown = null;
  /** The handler has taken over answering: forwarded, stashed or kept the requester. */
  taken: Hand = Hand.FREE;
  scheduled = false;
  /** True while `run` is on the stack. */
  isRunning = false;
  /** True when a message alone is reason to schedule: running, no open turn, not scheduled. */
  idle = false;
  ending: Ending | null = null;
  family: Family | null = null;
  extras: CellExtras | null = null;
  #signals: CircularQueue<Signal> | null = null;

  constructor(
    host: CellHost,
    ref: ActorRef<Message>,
    parent: AnyRef | null,
    childId: number,
    recipe: CellRecipe,
    args: unknown,
    status: CellStatus,
  ) {
    this.host = host;
    this.ref = ref;
    this.parent = parent;
    this.childId = childId;
    this.recipe = recipe;
    this.args = args;
    this.mailbox = new Mailbox(recipe.mailbox);
    this.status = status;
  }

  /** A told message from this thread. @returns false when it became a dead letter at once */
  tell(message: unknown): boolean {
    if (typeof message !== 'object' || message === null) throw notAMessage(message);
    const counters = this.host.counters;
    counters[CounterIndex.sent] = counters[CounterIndex.sent]! + 1;
    return this.accept(message as NonNullable<unknown>, true);
  }

  /**
   * Takes an item into the mailbox, by its policy.
   * @param throwing whether policy `fail` throws; only the sender's own call can
   * @returns false when the item became a dead letter
   */
  accept(item: NonNullable<unknown>, throwing: boolean): boolean {
    if (this.status !== CellStatus.TERMINATED) {
      const offer = this.mailbox.offer(item);
      if (offer === Offer.ACCEPTED) {
        this.accepted();
        return true;
      }
      if (offer === Offer.EVICTED) {
        this.accepted();
        this.host.deadLetter(this.mailbox.takeEvicted(), this.ref, 'evicted', 'mailbox');
        this.#countTaken();
        return true;
      }
      this.host.deadLetter(item, this.ref, 'mailbox-full', 'sender');
      this.#countTaken();
      if (throwing && this.recipe.mailbox.overflow === 'fail') throw mailboxFull(this);
      return false;
    }
    this.host.deadLetter(item, this.ref, 'stopped', 'sender');
    return false;
  }

  /** Counts an item that stands in the mailbox now, and sees to it that it will be handled. */
  accepted(): void {
    const counters = this.host.counters;
    counters[CounterIndex.enqueued] = counters[CounterIndex.enqueued]! + 1;
    if (this.idle) this.schedule();
  }

  /** The item of a sender that waited, and was counted then, stands in the mailbox now. */
  admitted(): void {
    if (this.idle) this.schedule();
  }

  /**
   * Takes a message for whose acceptance the sender waits.
   * @returns 'accepted', 'waiting' (the waiter is called when there is room) or 'refused' (a dead letter)
   */
  offerSend(item: NonNullable<unknown>, waiter: SendWaiter): SendOffer {
    if (this.status !== CellStatus.TERMINATED && this.recipe.mailbox.overflow === 'wait') {
      if (this.mailbox.length >= this.recipe.mailbox.capacity || this.mailbox.waitingCount > 0) {
        // Counted already while it waits: it is held for this actor.
        const counters = this.host.counters;
        counters[CounterIndex.enqueued] = counters[CounterIndex.enqueued]! + 1;
        this.mailbox.wait(item, waiter);
        return 'waiting';
      }
    }
    return this.accept(item, false) ? 'accepted' : 'refused';
  }

  /** The definition may want another mailbox than was thought: what waits moves over, in order. */
  changeRecipe(recipe: CellRecipe): void {
    const isSameMailbox = recipe.mailbox === this.recipe.mailbox;
    this.recipe = recipe;
    if (isSameMailbox) return;
    const former = this.mailbox;
    this.mailbox = new Mailbox(recipe.mailbox);
    const items: NonNullable<unknown>[] = [];
    former.drain((item, waiter) => {
      if (waiter === null) items.push(item);
      else this.mailbox.wait(item, waiter);
    });
    this.mailbox.prepend(items);
  }

  /** Takes a signal: ahead of all messages, whatever the mailbox holds. */
  signal(signal: Signal): void {
    if (this.#signals === null) this.#signals = new CircularQueue();
    this.#signals.push(signal);
    if (!this.scheduled) this.schedule();
  }

  schedule(): void {
    this.scheduled = true;
    this.idle = false;
    this.host.schedule(this);
  }

  run(budget: TurnBudget): void {
    this.isRunning = true;
    this.host.current = this;
    this.#drainSignals();
    if (this.status === CellStatus.STARTING && this.context === null) begin(this);
    while (this.status === CellStatus.RUNNING && !this.open && budget.messages > 0) {
      if (this.extras !== null && this.extras.notices.length > 0) {
        handleNotice(this, this.extras.notices.shift()!);
      } else {
        const item = this.mailbox.shift();
        if (item === undefined) break;
        budget.messages--;
        if (this.mailbox.waitingCount > 0) this.mailbox.admit();
        this.#countTaken();
        handleItem(this, item);
        if ((budget.messages & CLOCK_MASK) === 0 && this.host.clock.now() >= budget.deadlineMs) {
          budget.messages = 0;
        }
      }
      if (this.#signals !== null) this.#drainSignals();
    }
    this.isRunning = false;
    // An end that was begun in the turn has waited for the turn.
    if (this.status === CellStatus.ENDING && this.ending!.stage === 'turn') proceedEnding(this);
    this.host.current = null;
    this.scheduled = false;
    this.wake();
  }

  /** Handles the signals that wait at once, ahead of the turn: what follows must find them handled. */
  settleSignals(): void {
    if (this.isRunning) return;
    const { current } = this.host;
    this.host.current = this;
    this.#drainSignals();
    this.host.current = current;
  }

  #countTaken(): void {
    if (this.recipe.gauge !== 0) this.host.gauges[this.recipe.gauge]!++;
  }

  /** Schedules the cell if it has work it can do; otherwise a message will. */
  wake(): void {
    if (this.scheduled) return;
    if (this.#signals !== null && this.#signals.length > 0) {
      this.schedule();
    } else if (this.status === CellStatus.RUNNING && !this.open) {
      if (this.mailbox.length > 0 || (this.extras !== null && this.extras.notices.length > 0)) {
        this.schedule();
      } else {
        this.idle = true;
      }
    } else {
      this.idle = false;
      if (this.status === CellStatus.STARTING && this.context === null) this.schedule();
    }
  }

  /** The open turn is over: go on with the next message, or with the end. */
  turnClosed(): void {
    this.open = false;
    this.hand = null;
    if (this.status === CellStatus.ENDING) proceedEnding(this);
    else this.wake();
  }

  #drainSignals(): void {
    const signals = this.#signals;
    if (signals === null) return;
    for (let signal = signals.shift(); signal !== undefined; signal = signals.shift()) {
      // To one that ended a moment ago: answered as for one that is long gone.
      if (this.status === CellStatus.TERMINATED) this.host.signal(this.ref, signal);
      else handleSignal(this, signal);
    }
  }

  /** What this actor seldom uses, made at the first need. */
  openExtras(): CellExtras {
    if (this.extras === null) this.extras = new CellExtras(() => this.#receiveTimerExpired());
    return this.extras;
  }

  timerExpired(timer: KeyedTimer): void {
    const extras = this.extras!;
    if (timer.intervalMs > 0) extras.timers!.rearm(timer, this.host.clock.now());
    const counters = this.host.counters;
    counters[CounterIndex.sent] = counters[CounterIndex.sent]! + 1;
    this.accept(timerEnvelope(timer), false);
  }

  #receiveTimerExpired(): void {
    const extras = this.extras!;
    if (extras.receiveTimeoutMs === 0 || this.status !== CellStatus.RUNNING) return;
    const now = this.host.clock.now();
    const quietMs = this.open || this.mailbox.length > 0 ? 0 : now - extras.lastMessageMs;
    const restMs = extras.receiveTimeoutMs - quietMs;
    this.host.wheel.schedule(extras.receiveTimer, now, Math.max(restMs, 1));
    if (restMs > 0) return;
    extras.lastMessageMs = now;
    extras.notices.push({ type: 'receive-timeout' });
    if (this.idle) this.schedule();
  }
}
