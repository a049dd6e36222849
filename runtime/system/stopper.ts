import type { ActorCell } from '../actor/actor-cell.js';
import { end, kill } from '../actor/cell-lifecycle.js';
import { SHUTDOWN } from '../actor/exit-reason.js';
import { CellStatus } from '../actor/lifecycle.js';
import { checkNames, checkNumber } from '../base/check-option.js';
import { type EventLoop, nodeEventLoop } from '../base/event-loop.js';
import { MemberState, StatusWord } from '../memory/control-block-descriptor.js';
import { systemStopped } from '../worker/system-stopped.js';
import { MAIN_THREAD } from '../worker/thread-config.js';
import type { ThreadHost } from '../worker/thread-host.js';
import type { MainThread } from './main-thread.js';
import { readMetrics } from './metrics.js';
import { type Phase, type PhaseReport, phaseLimitMs, type StopReport, within } from './shutdown.js';

/** What a stop works on. */
export interface StopperPort {
  readonly main: MainThread;
  readonly pool: ThreadHost;
  readonly guardian: ActorCell;
  /** Deadline of a stop that gives none. */
  readonly deadlineMs: number;
  /** Lets go of everything else that the system holds. */
  readonly release: () => Promise<void>;
  /** Node's when left out. */
  readonly events?: EventLoop;
}

/** How often a phase looks whether it is over. */
const LOOK_MS = 2;

/** Carries out a stop, once, phase after phase. @thread main */
export class Stopper {
  readonly whenStopped: Promise<StopReport>;
  readonly #port: StopperPort;
  readonly #events: EventLoop;
  readonly #guardianGone: Promise<void>;
  #onGuardianGone!: () => void;
  #onStopped!: (report: StopReport) => void;
  #stopping: Promise<StopReport> | null = null;
  #error: Error | undefined;
  #isClosing = false;
  readonly #phases: PhaseReport[] = [];
  readonly #alive: string[] = [];
  /** Threads with something to be flushed. */
  readonly #flushing = new Set<number>();
  #killedThreads: readonly number[] = [];

  constructor(port: StopperPort) {
    this.#port = port;
    this.#events = port.events ?? nodeEventLoop;
    this.#guardianGone = new Promise((resolve) => {
      this.#onGuardianGone = resolve;
    });
    this.whenStopped = new Promise((resolve) => {
      this.#onStopped = resolve;
    });
  }

  get isStopping(): boolean {
    return this.#stopping !== null;
  }

  /** True once threads are being ended: until then one that dies is replaced, so that its actors can end. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  stop(deadlineMs = this.#port.deadlineMs): Promise<StopReport> {
    if (this.#stopping === null) {
      this.#stopping = this.#run(deadlineMs);
      this.#stopping.then(this.#onStopped);
    }
    return this.#stopping;
  }

  /** As `stop`, by a user. @throws {TroupeError} ERR_OPTION, as a rejection; nothing is stopped then */
  asked(options: { readonly deadlineMs?: number }): Promise<StopReport> {
    try {
      checkNames('stop', options, { deadlineMs: true });
      const { deadlineMs = this.#port.deadlineMs } = options;
      return this.stop(checkNumber('stop: deadlineMs', deadlineMs, 0, Number.POSITIVE_INFINITY));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The system cannot go on. */
  fail(error: Error): void {
    if (this.#stopping !== null) return;
    this.#error = error;
    this.stop();
  }

  /** The root of all actors is gone: as part of a stop, or because it failed. */
  guardianGone(error: Error | undefined): void {
    this.#onGuardianGone();
    if (error !== undefined) this.fail(error);
  }

  /** Something on that thread has to be flushed before the threads end. */
  flushDue(member: number): void {
    this.#flushing.add(member);
  }

  async #run(deadlineMs: number): Promise<StopReport> {
    const { clock } = this.#port.main.thread;
    const began = clock.now();
    const until = began + deadlineMs;
    await this.#phase('no-new-work', until, async () => {
      this.#port.main.thread.isAccepting = false;
    });
    if (this.#error === undefined) await this.#phase('drain', until, (limit) => this.#drain(limit));
    await this.#phase('stop-trees', until, () => this.#stopTrees());
    await this.#phase('flush-journals', until, (limit) => this.#flush(limit));
    await this.#phase('threads-down', until, (limit) => this.#threadsDown(limit));
    await this.#close();
    return {
      clean: this.#phases.every(({ completed }) => completed) && this.#killedThreads.length === 0,
      ms: clock.now() - began,
      phases: this.#phases,
      // Who outlived two phases was noted twice.
      alive: [...new Set(this.#alive)],
      killedThreads: this.#killedThreads,
      error: this.#error,
    };
  }

  async #phase(
    phase: Phase,
    untilMs: number,
    work: (limitMs: number) => Promise<unknown>,
  ): Promise<void> {
    const { clock } = this.#port.main.thread;
    const began = clock.now();
    const limitMs = phaseLimitMs(phase, began, untilMs);
    const graceMs = phase === 'threads-down' ? 1000 : 0;
    let isDone = false;
    const whenOver = work(limitMs).then((result) => {
      isDone = result !== false;
    });
    const completed = (await within(whenOver, limitMs + graceMs, this.#events)) && isDone;
    if (!completed) this.#noteAlive();
    this.#phases.push({ phase, ms: clock.now() - began, completed });
  }

  /** Waits until no message is under way and no ask open. */
  async #drain(limitMs: number): Promise<void> {
    const { thread, control } = this.#port.main;
    const until = thread.clock.now() + limitMs;
    while (thread.clock.now() < until) {
      thread.wake();
      if (thread.asks.size === 0 && readMetrics(control).queued <= 0) return;
      await new Promise<void>((resolve) => this.#events.after(LOOK_MS, resolve));
    }
    await new Promise(() => {});
  }

  #stopTrees(): Promise<void> {
    const { guardian, main } = this.#port;
    if (guardian.status !== CellStatus.TERMINATED) end(guardian, SHUTDOWN, true);
    main.thread.wake();
    return this.#guardianGone;
  }

  /** Flushes what the trees have left open. @returns false when something could not be */
  async #flush(limitMs: number): Promise<boolean> {
    const before = this.#alive.length;
    await Promise.all([...this.#flushing].map((member) => this.#flushOn(member, limitMs)));
    return this.#alive.length === before;
  }

  /** Resolves when the thread has flushed, or has ended: then there is nothing of it any more. */
  async #flushOn(member: number, limitMs: number): Promise<void> {
    const { thread, control } = this.#port.main;
    let isOver = false;
    const answered = thread.queries
      .thread<string[]>(member, Math.max(1, limitMs), (replyTo) => ({ type: 'flush', replyTo }))
      .catch((error) => [String(error)])
      .then((failures) => {
        if (isOver) return;
        isOver = true;
        for (const each of failures) this.#alive.push(`thread ${member}: not flushed: ${each}`);
      });
    thread.wake();
    const ended = async (): Promise<void> => {
      while (!isOver && control.status(member, StatusWord.STATE) === MemberState.RUNNING) {
        await new Promise<void>((resolve) => this.#events.after(LOOK_MS, resolve));
      }
      isOver = true;
    };
    await Promise.race([answered, ended()]);
  }

  async #threadsDown(limitMs: number): Promise<void> {
    const { main, pool, guardian } = this.#port;
    this.#isClosing = true;
    if (guardian.status !== CellStatus.TERMINATED) kill(guardian, true);
    for (const member of pool.members) {
      if (member !== MAIN_THREAD) {
        const serial = main.control.status(member, StatusWord.SERIAL);
        main.thread.signals.toThread(member, { type: 'thread-stop', serial, isLast: true });
      }
    }
    main.thread.wake();
    const { killed } = await pool.close(limitMs);
    this.#killedThreads = killed;
  }

  async #close(): Promise<void> {
    const { main, release } = this.#port;
    main.thread.turn();
    main.thread.isClosed = true;
    main.loop.stop();
    // One for all: with very many open asks the stack traces would take longer than the stop.
    const error = systemStopped(main.thread.systemName);
    main.thread.asks.failAll(() => error);
    main.thread.mesh.closePorts();
    await release();
  }

  /** Top-level actors that are left, and what threads are busy with. */
  #noteAlive(): void {
    const { guardian, main, pool } = this.#port;
    for (const ref of guardian.family?.refs ?? []) this.#alive.push(ref.toString());
    for (const member of pool.alive) {
      const labels = main.control.labels(member);
      const kind = labels.name(main.control.status(member, StatusWord.RUNNING_KIND));
      if (kind === undefined) continue;
      const type = labels.name(main.control.status(member, StatusWord.RUNNING_TYPE));
      this.#alive.push(`thread ${member}: ${kind}${type === undefined ? '' : ` in '${type}'`}`);
    }
  }
}
