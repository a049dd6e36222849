import type { ActorCell } from '../actor/actor-cell.js';
import type { ActorKind } from '../actor/actor-kind.js';
import type { DeadLetterOrigin, Family, TimerOwner } from '../actor/cell-host.js';
import type { LoadedDefinition } from '../actor/definition.js';
import type { ExitReason } from '../actor/exit-reason.js';
import type { JobDefinition, OffloadOptions } from '../actor/job.js';
import { Readiness } from '../actor/readiness.js';
import type { Signal } from '../actor/signals.js';
import type { Placement } from '../actor/spawn-options.js';
import type { Clock } from '../base/clock.js';
import type { DurationMeter } from '../base/duration-meter.js';
import type { Random } from '../base/random.js';
import { StatusWord, statusIndex } from '../memory/control-block-descriptor.js';
import { CounterIndex, type DeadLetterReason } from '../memory/counters.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { Address } from '../ref/address.js';
import { messageOf, type ReplyAddress, typeOfMessage } from '../ref/envelope.js';
import type { AskOptions, Host } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import type { RunQueue } from '../scheduler/run-queue.js';
import type { TimerWheel } from '../scheduler/timer-wheel.js';
import { SupervisedFamily } from '../supervision/family.js';
import type { ChildRecord, FamilyHost, ThreadWatcher } from '../supervision/family-host.js';
import type { ActorThread } from './actor-thread.js';
import { Flushes } from './flushes.js';
import { plainError } from './plain-error.js';
import { MAIN_THREAD } from './thread-config.js';
import type { ThreadSetup } from './thread-setup.js';

const { RUNNING } = Readiness;
// Indices from the first of the words that say what runs.
const FIRST = StatusWord.RUNNING_CREATOR;
const CREATOR = 0;
const SLOT = StatusWord.RUNNING_SLOT - FIRST;
const GENERATION = StatusWord.RUNNING_GENERATION - FIRST;
const KIND = StatusWord.RUNNING_KIND - FIRST;
const TYPE = StatusWord.RUNNING_TYPE - FIRST;
const COUNT = TYPE + 1;

/**
 * The thread as its actors and their families see it: everything they need from below, and nothing else.
 * What is done here is only to find the part of the thread that does it.
 */
export class CellPort implements FamilyHost {
  declare readonly thread: number;
  declare readonly systemName: string;
  declare readonly clock: Clock;
  declare readonly random: Random;
  declare readonly counters: Float64Array;
  declare readonly wheel: TimerWheel<TimerOwner>;
  declare readonly gauges: Int32Array;
  declare current: ActorCell | null;
  /** True while the thread takes its turn: what is scheduled then needs no wake. */
  declare isInTurn: boolean;
  readonly #ready: RunQueue<ActorCell>;
  readonly #thread: ActorThread;
  readonly #setup: ThreadSetup;
  /** The status words that name what runs. */
  readonly #running: Int32Array;
  readonly #flushes: Flushes;

  constructor(
    thread: ActorThread,
    setup: ThreadSetup,
    wheel: TimerWheel<TimerOwner>,
    ready: RunQueue<ActorCell>,
  ) {
    this.#thread = thread;
    this.#setup = setup;
    this.thread = setup.thread;
    this.systemName = setup.config.systemName;
    this.clock = setup.clock;
    this.random = setup.random;
    this.counters = setup.control.counters(setup.thread);
    this.wheel = wheel;
    this.gauges = setup.control.words;
    this.current = null;
    this.isInTurn = false;
    this.#ready = ready;
    const first = statusIndex(setup.thread, FIRST);
    this.#running = setup.control.words.subarray(first, first + COUNT);
    this.#flushes = new Flushes(() => thread.signals.toThread(MAIN_THREAD, { type: 'flush-due' }));
  }

  schedule(cell: ActorCell): void {
    this.#ready.push(cell);
    if (!this.isInTurn) this.#setup.wake();
  }

  get post(): Host {
    return this.#thread.post;
  }

  get durations(): DurationMeter | null {
    return this.#thread.meter;
  }

  enter(cell: ActorCell): void {
    this.current = cell;
    const { ref } = cell.origin;
    const { kind } = cell.recipe;
    const running = this.#running;
    running[CREATOR] = ref.creator;
    running[SLOT] = ref.slot;
    running[GENERATION] = ref.generation;
    running[KIND] = kind === null ? 0 : kind.label;
    running[TYPE] = 0;
  }

  showType(label: number): void {
    this.#running[TYPE] = label;
  }

  /** Nothing runs any more in this turn. */
  showIdle(): void {
    this.#running[KIND] = 0;
    this.#running[TYPE] = 0;
  }

  // Messages and signals.

  signal(to: AnyRef, signal: Signal): void {
    this.#thread.signals.toActor(to, signal);
  }

  serialOf(member: number): number {
    return this.#thread.serialOf(member);
  }

  deadSerial(member: number): number {
    return this.#thread.recovery.deadSerial(member);
  }

  forward(to: ActorRef<Message>, item: unknown): void {
    this.#thread.post.forward(to, item);
  }

  ask(
    to: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
    by: ActorCell | null,
  ): Promise<unknown> {
    return this.#thread.post.ask(to, message, options, by);
  }

  reply(to: ReplyAddress, value: unknown): void {
    this.#thread.post.reply(to, value);
  }

  replyFailure(to: ReplyAddress, error: unknown): void {
    this.#thread.post.replyFailure(to, error);
  }

  forgetAsks(cell: ActorCell): void {
    this.#thread.asks.forget(cell);
  }

  probe(cell: ActorCell, signal: Extract<Signal, { type: 'ask-probe' }>): void {
    this.#thread.probes.follow(cell, signal);
  }

  deadLetter(item: unknown, to: AnyRef, reason: DeadLetterReason, origin: DeadLetterOrigin): void {
    this.#thread.deadLetters.take(item, typeOfMessage(messageOf(item)), to, reason, origin);
  }

  stashed(_cell: ActorCell, count: number): void {
    this.counters[CounterIndex.handled] = this.counters[CounterIndex.handled]! - count;
  }

  // Code.

  kind(definition: { module: string; name: string }): ActorKind | Promise<ActorKind> {
    return this.#thread.loader.kind(definition);
  }

  completed(cell: ActorCell, kind: ActorKind): void {
    this.#thread.spawner.complete(cell, kind);
  }

  offload(
    job: JobDefinition<never, unknown>,
    args: unknown,
    options: OffloadOptions | undefined,
  ): Promise<unknown> {
    return this.#setup.offload(job, args, options);
  }

  // The tree.

  createFamily(cell: ActorCell, definition: LoadedDefinition): Family {
    return new SupervisedFamily(this, cell, definition.supervision);
  }

  assertAccepting(what: string): void {
    this.#thread.assertAccepting(what);
  }

  place(placement: Placement): number {
    return placement === 'same' ? this.thread : this.#thread.spawner.place(placement);
  }

  newRef(thread: number, path: string | undefined): ActorRef<Message> {
    return this.#thread.spawner.newRef(thread, path);
  }

  release(address: Address, pinned: boolean): void {
    this.#thread.spawner.release(address, pinned);
  }

  startChild(record: ChildRecord, parent: AnyRef, suspended: boolean): void {
    this.#thread.spawner.startChild(record, parent, suspended);
  }

  claimGauge(): number {
    return this.#thread.control.claimGauge();
  }

  releaseGauge(word: number): void {
    this.#thread.control.releaseGauge(word);
  }

  register(family: ThreadWatcher): void {
    this.#thread.families.add(family);
  }

  unregister(family: ThreadWatcher): void {
    this.#thread.families.delete(family);
  }

  removed(cell: ActorCell, reason: ExitReason): void {
    this.#thread.cells.remove(cell);
    this.#thread.recovery.removed(cell);
    if (cell.parent === null) this.#setup.onGuardianRemoved(cell, reason);
  }

  started(cell: ActorCell): void {
    if (this.#familyOf(cell)?.tookStart(cell.origin) === true || cell.parent === null) return;
    this.signal(cell.parent, { type: 'child-started', child: cell.origin.id });
  }

  terminated(cell: ActorCell, reason: ExitReason): void {
    if (this.#familyOf(cell)?.tookEnd(cell.origin, reason) === true || cell.parent === null) return;
    this.signal(cell.parent, { type: 'child-terminated', child: cell.origin.id, reason });
  }

  /** The family of a child of this thread, if it can be told at once: no signal is overtaken. */
  #familyOf({ parent }: ActorCell): Family | null {
    if (parent === null || parent.thread !== this.thread) return null;
    const cell = this.#thread.cells.getAgain(parent);
    if (cell === null || cell.hasSignals || cell.readiness === RUNNING) return null;
    return cell.family;
  }

  // News.

  failed(cell: ActorCell, error: Error): void {
    this.#count(CounterIndex.failures);
    cell.kind?.meter?.failed();
    this.publish('actor-failed', { ...this.#describe(cell), error: plainError(error) });
  }

  restarted(cell: ActorCell): void {
    this.#count(CounterIndex.restarts);
    cell.kind?.meter?.restarted();
    this.publish('actor-restarted', this.#describe(cell));
  }

  publish(name: string, payload: unknown): void {
    this.#setup.publish(name, payload);
  }

  flushAtStop(flush: () => Promise<void>): () => void {
    return this.#flushes.add(flush);
  }

  /** Flushes all that was given to `flushAtStop`, and answers with what went wrong. */
  flush(replyTo: ReplyAddress): void {
    void this.#flushes.run().then((failures) => this.#thread.post.reply(replyTo, failures));
  }

  #describe(cell: ActorCell): {
    actor: string;
    kind: string;
    thread: number;
    incarnation: number;
  } {
    return {
      actor: cell.ref.toString(),
      kind: cell.recipe.definition.name,
      thread: this.thread,
      incarnation: cell.incarnation,
    };
  }

  #count(index: number): void {
    this.counters[index] = this.counters[index]! + 1;
  }
}
