import type { ActorCell } from '../actor/actor-cell.js';
import type { TimerOwner } from '../actor/cell-host.js';
import type { PendingAsk } from '../actor/pending-ask.js';
import type { Signal } from '../actor/signals.js';
import type { Clock } from '../base/clock.js';
import type { TroupeError } from '../base/errors.js';
import type { Random } from '../base/random.js';
import { Extensions } from '../codec/extensions.js';
import type { ControlBlock } from '../memory/control-block.js';
import { StatusWord, statusIndex } from '../memory/control-block-descriptor.js';
import { CounterIndex, mailboxLoad } from '../memory/counters.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { Address } from '../ref/address.js';
import { EnvelopeClass } from '../ref/envelope-descriptor.js';
import type { Message } from '../ref/protocol.js';
import { RunQueue } from '../scheduler/run-queue.js';
import type { TimerEntry } from '../scheduler/timer-entry.js';
import { TimerWheel } from '../scheduler/timer-wheel.js';
import type { ThreadWatcher } from '../supervision/family-host.js';
import type { Arrival, ArrivalSink } from './arrival-sink.js';
import { AskProbes } from './ask-probes.js';
import type { AskTable } from './ask-table.js';
import { CellPort } from './cell-port.js';
import { CellTable } from './cell-table.js';
import { DeadLetterOffice } from './dead-letter-office.js';
import { EarlyArrivals } from './early-arrivals.js';
import { observersOf } from './kind-observers.js';
import { Mesh } from './mesh.js';
import { makeAskTable } from './metered-asks.js';
import { ModuleLoader } from './module-loader.js';
import { answerObserver } from './observing.js';
import type { Outbound } from './outbound.js';
import type { PostOffice } from './post-office.js';
import { Queries } from './queries.js';
import { recipientsOf } from './recipient.js';
import { Recovery } from './recovery.js';
import { registerRuntimeClasses } from './runtime-classes.js';
import { Scratch } from './scratch.js';
import { SignalOffice } from './signal-office.js';
import { makePostOffice } from './span-post.js';
import { Spawner } from './spawner.js';
import { StrictCodec } from './strict-codec.js';
import { systemStopping } from './system-stopped.js';
import type { ThreadConfig } from './thread-config.js';
import { ThreadMeter } from './thread-meter.js';
import type { ThreadSetup } from './thread-setup.js';
import type { ThreadSignal } from './thread-signals.js';
import { Traces } from './traces.js';
import { type Tracing, tracingOf } from './tracing.js';
import { reportUnreadable } from './unreadable.js';

/** Records read from each channel before actors run. */
const POLL_LIMIT = 1024;
/** Steps between two looks at the clock: a message is one, an activation without a message two. */
const CLOCK_EVERY = 16;

/**
 * One thread of the runtime: its actors, its ends of the mesh, its run queue and timers. This class
 * joins the parts and holds the turn; each part stands in a file of its own.
 *
 * @thread exactly one; only `turn` and what it calls runs actors
 */
export class ActorThread implements ArrivalSink {
  readonly config: ThreadConfig;
  readonly thread: number;
  readonly serial: number;
  readonly systemName: string;
  readonly control: ControlBlock;
  readonly clock: Clock;
  readonly afterIo: (call: () => void) => void;
  readonly random: Random;
  readonly counters: Float64Array;
  readonly wheel: TimerWheel<TimerOwner>;
  readonly extensions = new Extensions();
  readonly scratch: Scratch;
  readonly strict: StrictCodec;
  readonly cells = new CellTable();
  readonly families = new Set<ThreadWatcher>();
  readonly loader: ModuleLoader;
  readonly mesh: Mesh;
  /** What measures this thread; null where `metrics` is off. */
  readonly meter: ThreadMeter | null;
  /** What makes spans of messages; null where `openTelemetry` is off. */
  readonly tracing: Tracing | null;
  readonly asks: AskTable;
  readonly queries: Queries;
  readonly traces: Traces;
  readonly probes: AskProbes;
  readonly post: PostOffice;
  readonly signals: SignalOffice;
  readonly spawner: Spawner;
  readonly recovery: Recovery;
  readonly early: EarlyArrivals;
  readonly deadLetters: DeadLetterOffice;
  /** The thread as its actors see it. */
  readonly port: CellPort;
  /** True once nothing can be sent any more: the other threads are gone. */
  isClosed = false;
  /** False once the system stops: no new work from outside. */
  isAccepting = true;
  told: ArrivalSink['told'] = (_from, creator, slot, generation, message, row) =>
    this.post.told(creator, slot, generation, message, row);
  recipient: ArrivalSink['recipient'];
  answered: ArrivalSink['answered'] = (_from, serial, slot, generation, value) =>
    this.post.settle(serial, slot, generation, EnvelopeClass.REPLY, value);
  readonly #setup: ThreadSetup;
  readonly #runQueue = new RunQueue<ActorCell>();
  readonly #budget = { messages: 0, deadlineMs: 0.5 };
  readonly #words: Int32Array;
  readonly #statusWord: number;
  readonly #retryEarly = (): void => this.early.retry();
  readonly #expire = (timer: TimerEntry<TimerOwner>): void => timer.owner.expired(timer);

  constructor(setup: ThreadSetup) {
    const { config, control, thread, clock } = setup;
    this.#setup = setup;
    this.config = config;
    this.thread = thread;
    this.serial = setup.serial;
    this.systemName = config.systemName;
    this.control = control;
    this.clock = clock;
    this.afterIo = setup.afterIo;
    this.random = setup.random;
    this.counters = control.counters(thread);
    this.wheel = new TimerWheel<TimerOwner>(clock.now());
    this.port = new CellPort(this, setup, this.wheel, this.#runQueue);
    this.scratch = new Scratch(config.maxMessageBytes);
    const labels = control.labels(thread);
    labels.reset();
    const label = (name: string): number => labels.label(name);
    const { meters } = config;
    this.meter = meters === null ? null : new ThreadMeter(meters, this, clock, label);
    this.tracing = tracingOf(config);
    this.loader = new ModuleLoader(label, observersOf(this));
    this.#words = control.words;
    this.#statusWord = statusIndex(thread, 0);
    this.post = makePostOffice(this);
    this.signals = new SignalOffice(this);
    registerRuntimeClasses(this);
    this.strict = new StrictCodec(this.scratch, this.extensions);
    this.mesh = new Mesh(thread, setup.channels, control, this.extensions, config, this);
    this.recipient = recipientsOf(this);
    this.asks = makeAskTable(this, config.askProbeMs, this.meter);
    this.queries = new Queries(this);
    this.traces = new Traces(this);
    this.probes = new AskProbes(this);
    this.spawner = new Spawner(this);
    this.early = new EarlyArrivals(this);
    this.recovery = new Recovery(this, setup.predecessor, setup.survivors);
    this.deadLetters = new DeadLetterOffice(this.port, config.deadLetterEvents);
  }

  /**
   * One turn: reads what has arrived, fires timers, runs actors for a slice of time, publishes what they sent.
   * @param nowMs the time, when the clock has just been read
   * @returns true when there may be more to do at once
   */
  turn(nowMs = -1): boolean {
    this.port.isInTurn = true;
    this.port.current = null;
    const heartbeat = this.#statusWord + StatusWord.HEARTBEAT;
    this.#words[heartbeat] = (this.#words[heartbeat]! + 1) | 0;
    this.counters[CounterIndex.turns]!++;
    this.post.sends.settle();
    const news = this.mesh.poll(POLL_LIMIT, this.#retryEarly);
    const now = nowMs >= 0 ? nowMs : this.clock.now();
    const fired = this.wheel.advance(now, this.#expire);
    const ran = this.#runReady(now + this.config.sliceMs);
    this.mesh.flush();
    this.#words[this.#statusWord + StatusWord.LOAD] = mailboxLoad(this.counters);
    this.port.isInTurn = false;
    return news || fired > 0 || ran || this.#runQueue.length > 0 || this.post.sends.hasAccepted;
  }

  #runReady(untilMs: number): boolean {
    if (this.#runQueue.length === 0) return false;
    const budget = this.#budget;
    budget.deadlineMs = untilMs;
    const { throughput } = this.config;
    let steps = 0;
    for (let cell = this.#runQueue.shift(); cell !== undefined; cell = this.#runQueue.shift()) {
      budget.messages = throughput;
      cell.run(budget);
      // One that has used up its messages or the slice may have taken the whole of it.
      if (budget.messages <= 0) steps = CLOCK_EVERY;
      else steps += budget.messages === throughput ? 2 : throughput - budget.messages;
      if (steps < CLOCK_EVERY) continue;
      steps = 0;
      if (this.clock.now() >= untilMs) break;
    }
    this.port.showIdle();
    return true;
  }

  /** True while {@link turn} is on the stack. */
  get isInTurn(): boolean {
    return this.port.isInTurn;
  }

  /** True when there is something to do: the look before sleep. */
  get hasWork(): boolean {
    const { mesh, post } = this;
    return this.#runQueue.length > 0 || mesh.hasNews || mesh.isDirty || post.sends.hasAccepted;
  }

  /** Actors that wait for a turn. */
  get readyCount(): number {
    return this.#runQueue.length;
  }

  /** Milliseconds until the next timer; Infinity without one. */
  get idleMs(): number {
    const next = this.wheel.nextExpiryMs();
    return next === Number.POSITIVE_INFINITY ? next : Math.max(0, next - this.clock.now());
  }

  /** Work has appeared outside of a turn. */
  wake(): void {
    if (!this.isInTurn) this.#setup.wake();
  }

  /** As `schedule` of the port, for one that an actor has spawned in its turn. */
  scheduleYoung(cell: ActorCell): void {
    this.#runQueue.pushYoung(cell);
    if (!this.isInTurn) this.#setup.wake();
  }

  markDirty(outbound: Outbound): void {
    this.mesh.markDirty(outbound);
    if (!this.isInTurn) this.#setup.wake();
  }

  takePorts(): void {
    this.#setup.takePorts();
  }

  arrived(arrival: Arrival): void {
    this.post.arrived(arrival);
  }

  unreadable(...record: Parameters<ArrivalSink['unreadable']>): void {
    reportUnreadable(this, ...record);
  }

  probeAsk(ask: PendingAsk): void {
    this.probes.probe(ask);
  }

  timeoutError(ask: PendingAsk): TroupeError {
    return this.probes.timeoutError(ask);
  }

  signal(to: AnyRef, signal: Signal): void {
    this.signals.toActor(to, signal);
  }

  takeThreadSignal(from: number, signal: ThreadSignal): void {
    switch (signal.type) {
      case 'spawn':
        this.spawner.spawn(signal);
        break;
      case 'recovery-done':
        this.cells.caughtUp(signal.creator, signal.generation);
        this.recovery.recoveryDone(signal.thread, signal.serial);
        break;
      case 'observe':
        answerObserver(this, signal.request, signal.replyTo);
        break;
      case 'flush':
        this.port.flush(signal.replyTo);
        break;
      case 'thread-down':
      case 'recovery-begun':
      case 'orphans-gone':
        this.recovery.heard(signal);
        break;
      default:
        this.#setup.onSystemSignal(from, signal);
    }
  }

  serialOf(member: number): number {
    return this.control.status(member, StatusWord.SERIAL);
  }

  assertAccepting(what: string): void {
    if (this.isAccepting || (this.port.current !== null && !this.isClosed)) return;
    throw systemStopping(what, this.systemName);
  }

  makeRef(address: Address, path: string | undefined): ActorRef<Message> {
    return this.spawner.makeRef(address, path);
  }

  publish(name: string, payload: unknown): void {
    this.#setup.publish(name, payload);
  }
}
