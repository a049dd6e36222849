import { Offer } from '../mailbox/mailbox.js';
import { CounterIndex } from '../memory/counters.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { Host, Way } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import type { Runnable, TurnBudget } from '../scheduler/run-queue.js';
import type { ActorContext } from './actor-context.js';
import type { ActorKind, ActorMailboxOptions, EntryTable } from './actor-kind.js';
import type { KeyedTimer, TimerSink } from './actor-timers.js';
import { notAMessage } from './cell-errors.js';
import { CellExtras, type Notice } from './cell-extras.js';
import type { CellHost, Family } from './cell-host.js';
import { type Ending, endAfterTurn, proceedEnding } from './cell-lifecycle.js';
import { overflowed } from './cell-overflow.js';
import type { CellRecipe } from './cell-recipe.js';
import { handleSignal } from './cell-signals.js';
import { begin } from './cell-start.js';
import { LIFE_MASK, WordedCell } from './cell-word.js';
import { CellStatus } from './lifecycle.js';
import type { Origin } from './origin.js';
import type { PendingAsk } from './pending-ask.js';
import { Readiness } from './readiness.js';
import type { Signal } from './signals.js';
import { handleItem, handleNotice, timerEnvelope } from './turn.js';

// Taken out of their tables once: V8 folds a constant of this module, but looks up an imported one at each use.
const { sent: SENT, enqueued: ENQUEUED } = CounterIndex;
const { ACCEPTED } = Offer;
const { WAITING, IDLE, SCHEDULED, RUNNING } = Readiness;
const { STARTING, RUNNING: ALIVE, ENDING, TERMINATED } = CellStatus;
const LIFE = LIFE_MASK;

/** Every 16th message the slice of time is looked at. */
const CLOCK_MASK = 15;

/** The state of an incarnation whose `init` is not done. */
const NO_STATE: unknown = Object.freeze({});

/**
 * One actor on its thread: mailbox, state and place in the tree. It is what the scheduler runs; the
 * lifecycle stands in `cell-lifecycle.ts`, one message in `turn.ts`, signals in `cell-signals.ts`. What all
 * actors of a kind share stands in the recipe, what few need in the extras: an idle actor is to be small. For
 * the same reason it has no private methods, which V8 marks in each object. Its fields are declared only and get
 * their first value in the constructor: a class field begins as `undefined`, so that V8 learns no type for it.
 *
 * @thread the thread of the actor
 */
export class ActorCell
  extends WordedCell<NonNullable<unknown>>
  implements Runnable, Way, TimerSink
{
  declare recipe: CellRecipe;
  declare readonly origin: Origin;
  declare readonly parent: AnyRef | null;
  declare state: unknown;
  declare context: ActorContext | null;
  /** Handlers of the current behaviour, from when the code is loaded. */
  declare table: EntryTable | null;
  /** Counts the turns begun. */
  declare turn: number;
  /** What is being handled: a message or an envelope. */
  declare hand: unknown;
  declare ending: Ending | null;
  declare extras: CellExtras | null;

  constructor(recipe: CellRecipe, origin: Origin, parent: AnyRef | null, status: CellStatus) {
    super(status);
    this.recipe = recipe;
    this.origin = origin;
    this.parent = parent;
    this.state = NO_STATE;
    this.context = null;
    this.table = null;
    this.turn = 0;
    this.hand = null;
    this.ending = null;
    this.extras = null;
  }

  get host(): CellHost {
    return this.recipe.host;
  }

  get home(): Host {
    return this.recipe.host.post;
  }

  get systemName(): string {
    return this.recipe.host.systemName;
  }

  get mailboxOptions(): ActorMailboxOptions {
    return this.recipe.mailbox;
  }

  get ref(): ActorRef<Message> {
    return this.origin.ref;
  }

  /** Null until its code is loaded. */
  get kind(): ActorKind | null {
    return this.recipe.kind;
  }

  /** True once `init` of this incarnation is done, so that there is a state to hand to hooks. */
  get initialized(): boolean {
    return this.state !== NO_STATE;
  }

  get family(): Family | null {
    return this.extras === null ? null : this.extras.family;
  }

  get incarnation(): number {
    return this.extras === null ? 0 : this.extras.incarnation;
  }

  /** Handlers of an interleaving actor that have not settled. */
  get inFlight(): number {
    return this.extras === null ? 0 : this.extras.inFlight;
  }

  /** The first of the asks that this incarnation waits for. */
  get asks(): PendingAsk | null {
    return this.extras === null ? null : this.extras.asks;
  }

  get hasSignals(): boolean {
    return this.extras !== null && this.extras.signalCount > 0;
  }

  clearState(): void {
    this.state = NO_STATE;
  }

  /** A told message from this thread. @returns false when it became a dead letter at once */
  tell(_ref: ActorRef<Message>, message: unknown): boolean {
    if (typeof message !== 'object' || message === null) throw notAMessage(message);
    const counters = this.host.counters;
    counters[SENT] = counters[SENT]! + 1;
    return this.accept(message as NonNullable<unknown>, true);
  }

  /**
   * Takes an item into the mailbox, by its policy.
   * @param throwing whether policy `fail` throws; only the sender's own call can
   * @returns false when the item became a dead letter
   */
  accept(item: NonNullable<unknown>, throwing: boolean): boolean {
    if (this.status !== TERMINATED) {
      const offer = this.offer(item);
      if (offer === ACCEPTED) {
        this.accepted();
        return true;
      }
      return overflowed(this, item, offer, throwing);
    }
    this.host.deadLetter(item, this.ref, 'stopped', 'sender');
    return false;
  }

  /** Counts an item that stands in the mailbox now, and sees to it that it will be handled. */
  accepted(): void {
    const counters = this.host.counters;
    counters[ENQUEUED] = counters[ENQUEUED]! + 1;
    if (this.readiness === IDLE) this.schedule();
  }

  /** The item of a sender that waited, and was counted then, stands in the mailbox now. */
  admitted(): void {
    if (this.readiness === IDLE) this.schedule();
  }

  /** The definition may want another mailbox than was thought: what waits moves over, in order. */
  changeRecipe(recipe: CellRecipe): void {
    const isSameMailbox = recipe.mailbox === this.recipe.mailbox;
    this.recipe = recipe;
    if (!isSameMailbox) this.optionsChanged();
  }

  /** Takes a signal: ahead of all messages, whatever the mailbox holds. */
  signal(signal: Signal): void {
    this.openExtras().addSignal(signal);
    if (this.readiness < SCHEDULED) this.schedule();
  }

  schedule(): void {
    this.readiness = SCHEDULED;
    this.host.schedule(this);
  }

  run(budget: TurnBudget): void {
    const { host } = this;
    this.readiness = RUNNING;
    host.current = this;
    if (this.extras !== null) this.drainSignals();
    if (this.status === STARTING && this.context === null) begin(this);
    while ((this.word & LIFE) === ALIVE && budget.messages > 0) {
      if (this.extras !== null && this.extras.noticeCount > 0) {
        handleNotice(this, this.extras.notices!.shift()!);
      } else {
        const item = this.take();
        if (item === undefined) break;
        budget.messages--;
        this.countTaken();
        handleItem(this, item);
        if ((budget.messages & CLOCK_MASK) === 0 && host.clock.now() >= budget.deadlineMs) {
          budget.messages = 0;
        }
      }
      if (this.extras !== null) this.drainSignals();
    }
    if (this.status === ENDING) endAfterTurn(this);
    host.current = null;
    this.settle();
  }

  /** Handles the signals that wait at once, ahead of the turn: what follows must find them handled. */
  settleSignals(): void {
    if (this.readiness === RUNNING) return;
    const { current } = this.host;
    this.host.current = this;
    this.drainSignals();
    this.host.current = current;
  }

  countTaken(): void {
    const { gauge, host } = this.recipe;
    if (gauge !== 0) host.gauges[gauge]!++;
  }

  /** Schedules the cell if it has work it can do; otherwise a message will. */
  wake(): void {
    if (this.readiness < SCHEDULED) this.settle();
  }

  /** Finds out what the cell, which is in no queue, waits for: a turn, a message alone, or something else. */
  settle(): void {
    if (this.hasSignals) {
      this.schedule();
    } else if ((this.word & LIFE) === ALIVE) {
      if (this.queuedCount > 0 || (this.extras !== null && this.extras.noticeCount > 0)) {
        this.schedule();
      } else {
        this.readiness = IDLE;
      }
    } else {
      this.readiness = WAITING;
      if (this.status === STARTING && this.context === null) this.schedule();
    }
  }

  /** The end of the incarnation has begun: messages are no reason to run any more. */
  notIdle(): void {
    if (this.readiness === IDLE) this.readiness = WAITING;
  }

  /** The runtime has something to say to the actor's code. */
  notify(notice: Notice): void {
    this.openExtras().notify(notice);
    if (this.readiness === IDLE) this.schedule();
  }

  /** The open turn is over: go on with the next message, or with the end. */
  turnClosed(): void {
    this.open = false;
    this.hand = null;
    if (this.status === ENDING) proceedEnding(this);
    else this.wake();
  }

  drainSignals(): void {
    const signals = this.extras === null ? null : this.extras.signals;
    if (signals === null) return;
    for (let signal = signals.shift(); signal !== undefined; signal = signals.shift()) {
      // To one that ended a moment ago: answered as for one that is long gone.
      if (this.status === TERMINATED) this.host.signal(this.ref, signal);
      else handleSignal(this, signal);
    }
  }

  /** What this actor seldom uses, made at the first need. */
  openExtras(): CellExtras {
    if (this.extras === null) this.extras = new CellExtras();
    return this.extras;
  }

  timerExpired(timer: KeyedTimer): void {
    const extras = this.extras!;
    if (timer.intervalMs > 0) extras.timers!.rearm(timer, this.host.clock.now());
    const counters = this.host.counters;
    counters[SENT] = counters[SENT]! + 1;
    this.accept(timerEnvelope(timer), false);
  }
}
