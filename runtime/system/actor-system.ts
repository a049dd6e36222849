import type { Definition } from '../actor/definition.js';
import { type ExitReason, exitError } from '../actor/exit-reason.js';
import type { JobDefinition, OffloadOptions } from '../actor/job.js';
import type { SpawnOptions } from '../actor/spawn-options.js';
import { checkMade } from '../base/check-made.js';
import { TroupeError } from '../base/errors.js';
import type { Observer } from '../observe/observer.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import { assertOwn } from '../ref/foreign-ref.js';
import type { Message } from '../ref/protocol.js';
import { loadCodecs } from '../worker/codecs.js';
import { startTicks } from '../worker/entry.js';
import { assertNoThreadOfSystem } from '../worker/nested-system.js';
import { askOffload } from '../worker/offload.js';
import { loadOpenTelemetry } from '../worker/open-telemetry.js';
import { attributePromises, rejectionsTold } from '../worker/promise-attribution.js';
import { systemStopped } from '../worker/system-stopped.js';
import { MAIN_THREAD } from '../worker/thread-config.js';
import type { ThreadHost } from '../worker/thread-host.js';
import type { ThreadSignal } from '../worker/thread-signals.js';
import { type Environment, processEnvironment } from './environment.js';
import { contextOf } from './guardian.js';
import { type MainThread, makeMainThread } from './main-thread.js';
import { ObservableSystem } from './observable-system.js';
import { OffloadPool } from './offload-pool.js';
import { type ResolvedOptions, resolveOptions, type SystemOptions } from './options.js';
import { PinnedThreads } from './pinned-threads.js';
import { stopOnSignals } from './process-hooks.js';
import { makeRoots, type Roots } from './roots.js';
import { type PoolOptions, Router, routerArgs } from './router.js';
import type { StopReport } from './shutdown.js';
import { Stopper } from './stopper.js';
import { Terminations } from './terminations.js';
import { noSuchThread, ThreadSupervisor } from './thread-supervisor.js';
import { startWatchdog, type WatchdogPort } from './watchdog.js';

const START_TIMEOUT_MS = 30_000;

/**
 * A system of actors on the threads of this process. Several can live side by side; nothing is global.
 *
 * @example
 * await using system = await ActorSystem.start({ threads: 4 });
 * const counter = system.spawn(Counter, { start: 0 });
 *
 * @thread main: the thread that started it
 */
export class ActorSystem extends ObservableSystem {
  readonly name: string;
  /** Worker threads, main and pinned ones not counted. */
  readonly threads: number;
  /** Resolves when the system has stopped, for whatever reason. */
  readonly whenTerminated: Promise<StopReport>;
  readonly #options: ResolvedOptions;
  readonly #main: MainThread;
  readonly #environment: Environment;
  readonly #pool: ThreadHost;
  readonly #supervisor: ThreadSupervisor;
  readonly #pinned: PinnedThreads;
  readonly #offload: OffloadPool;
  readonly #roots: Roots;
  readonly #terminations = new Terminations();
  readonly #stopper: Stopper;
  readonly #observer: Observer;
  readonly #releases: (() => void)[] = [];

  private constructor(options: ResolvedOptions, environment: Environment) {
    checkMade(environment !== undefined, 'ActorSystem', 'await ActorSystem.start({ … })');
    super();
    this.#options = options;
    this.#environment = environment;
    this.name = options.thread.systemName;
    this.threads = options.thread.threads;
    this.#main = makeMainThread(options.thread, environment, {
      onSystemSignal: (from, signal) => this.#onSystemSignal(from, signal),
      onGuardianRemoved: (cell, reason) => {
        if (cell === this.#roots.guardian) this.#stopper.guardianGone(exitError(reason));
      },
      publish: (name, payload) => this.events.publish(name, payload),
    });
    const { control, channels, thread } = this.#main;
    this.#supervisor = new ThreadSupervisor(
      {
        clock: thread.clock,
        control,
        main: thread,
        channels,
        sizes: options.thread.channel,
        pool: () => this.#pool,
        isStopping: () => this.#stopper.isClosing,
        onDied: (event) => this.events.publish('thread-died', event),
        onReplaced: (event) => this.events.publish('thread-replaced', event),
        giveUp: (error) => this.#stopper.fail(error),
      },
      options.threadIntensity,
    );
    this.#pool = environment.makeHost({
      config: options.thread,
      control,
      channels,
      entry: options.entry.module,
      entryName: options.entry.name,
      startTimeoutMs: START_TIMEOUT_MS,
      resourceLimits: options.resourceLimits,
      setPort: (member, port, serial) => thread.mesh.setPort(member, port, serial),
      onDown: (member, serial, error) => this.#supervisor.died(member, serial, error),
    });
    this.#pinned = new PinnedThreads({
      config: options.thread,
      main: thread,
      pool: this.#pool,
      supervisor: this.#supervisor,
      isClosing: () => this.#stopper.isClosing,
    });
    this.#offload = new OffloadPool(Math.max(1, options.thread.threads));
    this.#roots = makeRoots(thread.spawner, options, this.#offload, this.#terminations);
    this.#stopper = new Stopper({
      main: this.#main,
      pool: this.#pool,
      guardian: this.#roots.guardian,
      deadlineMs: options.stopDeadlineMs,
      events: environment.events,
      release: async () => {
        this.#terminations.close();
        this.#roots.guardian.family?.giveUp(systemStopped(this.name));
        await Promise.all([this.#observer.close(), this.#offload.close()]);
        await rejectionsTold(environment.events);
        for (const release of this.#releases) release();
      },
    });
    const alive = (): readonly number[] => this.#pool.alive;
    const root = this.#roots.guardian.ref;
    this.#observer = this.observe({ name: this.name, main: thread, channels, root, alive });
    this.whenTerminated = this.#stopper.whenStopped;
    thread.turn();
  }

  /**
   * Starts a system: its threads run when the promise resolves. Not on a thread of another system.
   * @throws {TroupeError} ERR_OPTION, ERR_THREAD_START, ERR_DEFINITION_NOT_FOUND
   */
  static async start(options: SystemOptions = {}): Promise<ActorSystem> {
    assertNoThreadOfSystem();
    return ActorSystem.startOn(processEnvironment, options);
  }

  /** @internal starts a system on other threads, time and chance than those of the process */
  static async startOn(environment: Environment, options: SystemOptions): Promise<ActorSystem> {
    const entry = new URL('../worker/entry.js', import.meta.url).href;
    const resolved = resolveOptions(options, entry);
    const thread = environment.configure(resolved.thread);
    if (thread.openTelemetry) await loadOpenTelemetry();
    const system = new ActorSystem({ ...resolved, thread }, environment);
    try {
      await system.#begin(options);
    } catch (error) {
      await system.stop({ deadlineMs: 1000 });
      throw error;
    }
    return system;
  }

  async #begin(options: SystemOptions): Promise<void> {
    const { thread, loop } = this.#main;
    await loadCodecs(thread.extensions, options.codecs ?? []);
    if (thread.tracing !== null) this.#releases.push(this.measure());
    if (this.#options.thread.attributePromises) this.#releases.push(attributePromises(thread));
    this.#releases.push(this.#environment.hold());
    loop.wake();
    const members = Array.from({ length: this.threads }, (_, index) => index + 1);
    await Promise.all(members.map((member) => this.#pool.start(member, 0)));
    this.#releases.push(
      startTicks(thread, this.#environment.events),
      startWatchdog(this.#options.watchdog, this.#watched(), this.#environment.events),
      stopOnSignals(this.#options.stopOn, () => void this.stop()),
    );
  }

  #watched(): WatchdogPort {
    const { control, thread } = this.#main;
    return {
      clock: thread.clock,
      control,
      members: () => this.#workers,
      onBlocked: (event) => this.events.publish('thread-blocked', event),
      kill: (member) => this.#pool.kill(member),
    };
  }

  /**
   * Starts a top-level actor, `/user/NAME`, spread over the worker threads unless placed otherwise. The
   * reference works at once; see `started` for whether the actor could start.
   * @throws {TroupeError} ERR_NAME, ERR_NAME_TAKEN, ERR_OPTION, ERR_NO_THREAD, ERR_DEFINITION, ERR_NOT_SENDABLE, ERR_STOPPED
   */
  spawn<M extends Message, A>(
    definition: Definition<M, A>,
    args: NoInfer<A>,
    options: SpawnOptions = {},
  ): ActorRef<M> {
    this.#main.thread.assertAccepting('spawn');
    const placed = { placement: 'spread', ...options } as const;
    return contextOf(this.#roots.guardian).spawn(definition as never, args, placed);
  }

  /**
   * Starts a pool: a router and its workers, reached through one reference.
   * @throws {TroupeError} as `spawn`
   */
  spawnPool<M extends Message, A>(
    definition: Definition<M, A>,
    args: NoInfer<A>,
    options: PoolOptions,
  ): ActorRef<M> {
    const { size: _size, routing: _routing, key: _key, workers: _workers, ...spawn } = options;
    const router = routerArgs(definition as never, args, options);
    return this.spawn(Router, router, spawn) as unknown as ActorRef<M>;
  }

  /** Resolves when a top-level actor has started; rejects with ERR_START_FAILED and the cause, or ERR_STOPPED. */
  async started(actor: AnyRef): Promise<void> {
    const { context } = this.#roots.guardian;
    if (context === null) throw systemStopped(this.name);
    return context.started(actor);
  }

  /** Resolves with the reason when an actor is gone for good, also when it is already, or with the system. */
  terminated(actor: AnyRef): Promise<ExitReason> {
    return this.#terminations.of(this.#roots.watcher, actor);
  }

  /** Stops any actor for good, orderly, through its parent. Resolves with the reason of its end. */
  async stopActor(actor: AnyRef): Promise<ExitReason> {
    assertOwn(this.#roots.guardian.ref, actor);
    const terminated = this.terminated(actor);
    this.#main.thread.signal(actor, { type: 'stop-requested' });
    return terminated;
  }

  /** Runs a CPU-bound job in the offload pool: see `ctx.offload`. */
  offload<A, T>(job: JobDefinition<A, T>, args: NoInfer<A>, options?: OffloadOptions): Promise<T> {
    return askOffload(this.#main.thread, job as never, args, options) as Promise<T>;
  }

  get #workers(): number[] {
    return this.#pool.alive.filter((member) => member !== MAIN_THREAD);
  }

  /** Threads that run now, the main thread (0) included. */
  get aliveThreads(): readonly number[] {
    return this.#pool.alive;
  }

  /**
   * Ends a thread at once, as a fault would: for trying out what your system does then.
   * @throws {TroupeError} ERR_NO_THREAD
   */
  killThread(thread: number): void {
    if (thread !== MAIN_THREAD && this.#pool.kill(thread)) return;
    throw noSuchThread(thread, this.#workers);
  }

  /**
   * Stops in phases: no new work, drain, trees in reverse order, journals, threads. Again: the same promise.
   * @returns what became of each phase, and who was still alive
   * @throws {TroupeError} ERR_OPTION, as a rejection; the system goes on
   */
  stop(options: { readonly deadlineMs?: number } = {}): Promise<StopReport> {
    return this.#stopper.asked(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #onSystemSignal(from: number, signal: ThreadSignal): void {
    switch (signal.type) {
      case 'event':
        this.events.publish(signal.name, signal.payload);
        break;
      case 'flush-due':
        this.#stopper.flushDue(from);
        break;
      case 'thread-wanted':
        this.#pinned.start(signal.thread);
        break;
      case 'thread-unused':
        this.#pinned.stop(signal.thread);
        break;
      default:
        throw new TroupeError('ERR_DAMAGED', { what: `signal ${signal.type} from thread ${from}` });
    }
  }

  /** @internal for tests of the layers below */
  static internals(system: ActorSystem): { main: MainThread; pool: ThreadHost } {
    return { main: system.#main, pool: system.#pool };
  }
}
