import { ActorSystem } from '../../system/actor-system.js';
import type { SystemOptions } from '../../system/options.js';
import definitions from './actors.js';
import { runCommand } from './commands.js';
import { coverCounters, coverEvents } from './cover-events.js';
import type { Coverage } from './coverage.js';
import { FaultInjector } from './fault-injector.js';
import type { Machine } from './machine.js';
import { makeWorld, observeThread } from './make-world.js';
import type { Command, Fault, Program } from './program.js';
import { checkRest } from './rest-check.js';
import { checkStop } from './stop-check.js';
import { checkSums, checkSumsAtEnd, checkSumsAtRest } from './sums-check.js';
import type { Violation } from './violation.js';
import { World } from './world.js';

/** Steps after which a program counts as one that never comes to rest. */
const MAX_STEPS = 60_000;
/** Steps between two looks at the sums. */
const SUMS_EVERY = 32;
const STOP_DEADLINE_MS = 6000;

/** What came out of one simulation. */
export interface Outcome {
  readonly violations: readonly Violation[];
  readonly coverage: Coverage;
  readonly faults: ReadonlyMap<Fault['do'], number>;
  readonly steps: number;
  /** Equal for equal runs. */
  readonly hash: string;
  readonly lines: readonly string[];
}

/** Runs a program from its start to the end of its system, and checks all the time. */
export async function runProgram(program: Program, keepsLines = false): Promise<Outcome> {
  const run = new ProgramRun(program, keepsLines);
  // Stacks name the files of whoever runs this, and they travel: runs must not depend on them.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  World.current = run.world;
  try {
    await run.run();
  } catch (error) {
    run.world.violate(
      'crash',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  }
  await run.tidy();
  Error.stackTraceLimit = stackTraceLimit;
  World.current = null;
  const { world, injector } = run;
  const { machine, violations, coverage } = world;
  const { hash, lines } = machine.trace;
  return {
    violations,
    coverage,
    faults: injector.counts,
    steps: machine.scheduler.steps,
    hash,
    lines,
  };
}

/** The end of a run that has failed already. */
class Broken extends Error {}

class ProgramRun {
  readonly machine: Machine;
  readonly world: World;
  readonly injector: FaultInjector;
  readonly #program: Program;
  #firstStep = Number.POSITIVE_INFINITY;

  constructor(program: Program, keepsLines: boolean) {
    this.#program = program;
    this.world = makeWorld(program, definitions, keepsLines);
    this.machine = this.world.machine;
    this.injector = new FaultInjector(this.world);
  }

  /** Makes steps until something holds or all is at rest. */
  async #drive(isDone: () => boolean): Promise<void> {
    const { scheduler, time } = this.machine;
    await scheduler.settle();
    while (!isDone()) {
      this.injector.apply(scheduler.steps - this.#firstStep);
      if (this.world.violations.length > 0) throw new Broken();
      if (scheduler.steps > MAX_STEPS) this.world.violate('at-rest', 'it never comes to rest');
      if (scheduler.steps % SUMS_EVERY === 0 && this.world.mainThread !== undefined) {
        this.world.noteEnds();
        checkSums(this.world);
        coverCounters(this.world);
      }
      const goesOn = (): boolean => !time.isQuiet || scheduler.hasReady;
      if (!(await scheduler.step(Number.POSITIVE_INFINITY, goesOn))) return;
    }
  }

  async #settle<T>(promise: Promise<T>, what: string): Promise<T> {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    promise.then(done, done);
    await this.#drive(() => isDone);
    if (isDone) return promise;
    this.world.violate('at-rest', `${what} never comes to an end`);
    throw new Broken();
  }

  async run(): Promise<void> {
    try {
      await this.#start();
      await this.#commands();
      await this.#stop();
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
    }
  }

  async #start(): Promise<void> {
    const { settings } = this.#program;
    const options: SystemOptions = {
      name: 'sim',
      threads: settings.threads,
      pinnedThreads: settings.pinnedThreads,
      throughput: settings.throughput,
      overflowMessages: settings.overflowMessages,
      overflowBytes: 100_000,
      strict: settings.strict,
      attributePromises: settings.attributePromises,
      askTimeoutMs: 100,
      deadLetterEvents: 2,
      supervision: { intensity: 1_000_000 },
      threadIntensity: { intensity: settings.threadIntensity, periodMs: 1e9 },
      watchdog: { warnMs: 50, killMs: settings.watchdogKillMs },
      stopDeadlineMs: STOP_DEADLINE_MS,
    };
    if (settings.strict) this.world.met('messages are copied on the same thread');
    const starting = ActorSystem.startOn(this.machine.environment, options);
    const system = await this.#settle(starting, 'the start');
    const { main } = ActorSystem.internals(system);
    this.world.system = system;
    this.world.mainThread = main.thread;
    this.world.channels = main.channels;
    observeThread(this.world, main.thread);
    coverEvents(this.world);
    this.#firstStep = this.machine.scheduler.steps;
  }

  async #commands(): Promise<void> {
    for (const command of this.#program.commands) {
      if (!this.world.mainThread!.isAccepting) return;
      if (command.do === 'rest') await this.#rest();
      else await this.#command(command);
    }
    const { stopsAt } = this.#program.settings;
    if (stopsAt === 'rest') await this.#rest();
    else if (stopsAt === 'replacement') await this.#replaceOne();
  }

  async #command(command: Command): Promise<void> {
    let isDone = false;
    const call = (): void => {
      isDone = true;
      if (!this.world.mainThread!.isAccepting) return;
      if (command.do === 'strike') this.injector.strike({ ...command, do: command.fault });
      else runCommand(this.world, command);
    };
    this.machine.main.after(command.afterMs, call);
    await this.#drive(() => isDone);
  }

  async #rest(): Promise<void> {
    await this.#drive(() => false);
    if (!this.world.mainThread!.isAccepting) return;
    checkRest(this.world);
    checkSumsAtRest(this.world);
    if (this.world.violations.length > 0) throw new Broken();
  }

  /** Ends a thread, and goes on until the next one starts in its place. */
  async #replaceOne(): Promise<void> {
    const host = this.machine.host!;
    const thread = host.threadOf(1);
    if (thread === undefined || !this.world.mainThread!.isAccepting) return;
    host.died(thread, new Error('just before the stop'));
    await this.#drive(() => !host.hasUndiscovered);
  }

  async #stop(): Promise<void> {
    const { world } = this;
    const system = world.system!;
    const isFailure = !world.mainThread!.isAccepting;
    const { members, alive } = this.machine.host!;
    if (members.length > alive.length) world.met('the system stops while a thread is replaced');
    const report = await this.#settle(system.stop(), 'the stop');
    // A thread that died once too often is not replaced, and its actors cannot be stopped.
    const isGivenUp = world.deaths > this.#program.settings.threadIntensity;
    if (world.openAnswers > 0 && !world.hasGivenBack && !isGivenUp) {
      world.violate(
        'asks',
        `${world.openAnswers} answers never come, although the system has stopped`,
      );
    }
    if (!isFailure && !isGivenUp) checkStop(world, report);
    checkSumsAtEnd(world);
  }

  /** Lets go of everything that outlives a simulation. */
  async tidy(): Promise<void> {
    const { host, scheduler } = this.machine;
    for (const member of host?.members ?? []) host!.threadOf(member)?.bury();
    const { system, mainThread } = this.world;
    if (system === null || mainThread?.isClosed) return;
    let isDone = false;
    void system.stop({ deadlineMs: 1 }).then(() => {
      isDone = true;
    });
    for (let i = 0; i < 2000 && !isDone; i++) {
      await scheduler.step(Number.POSITIVE_INFINITY, () => true);
    }
  }
}
