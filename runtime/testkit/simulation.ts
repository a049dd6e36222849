import { checkMade } from '../base/check-made.js';
import { TroupeError } from '../base/errors.js';
import type { Message } from '../ref/protocol.js';
import { ActorSystem } from '../system/actor-system.js';
import type { SystemOptions } from '../system/options.js';
import type { StopReport } from '../system/shutdown.js';
import { Machine } from './simulation/machine.js';
import { type ProbeTime, TestProbe } from './test-probe.js';

/** Options of a simulated system: those of a real one that have a meaning there, and the seed. */
export interface SimulationOptions
  extends Omit<SystemOptions, 'entry' | 'resourceLimits' | 'stopOn' | 'idleLevel' | 'metrics'> {
  /** Decides in which order threads run, and every random number; 1 when left out. */
  readonly seed?: number;
}

/** Steps after which a simulation counts as one that never comes to rest. */
const MAX_STEPS = 1_000_000;
/** A watchdog that is not asked for looks once in days. */
const NO_WATCHDOG_MS = 1e9;

/**
 * A system of your own actors on virtual threads in one thread, in virtual time. The runtime is the real one;
 * only who runs next and what time it is are decided by the seed and by you. Nothing happens by itself:
 * `run`, `advance` and `until` make it happen.
 *
 * What handlers wait for must come from the simulation too: timers of the context, asks, sends. A handler that
 * awaits a real timer or a file makes the run depend on the machine.
 *
 * @example
 * const simulation = await Simulation.start({ threads: 2, seed: 7 });
 * const counter = simulation.system.spawn(Counter, { start: 0 }, { placement: 2 });
 * counter.tell({ type: 'inc', by: 2 });
 * simulation.killThread(2);
 * await simulation.advance(1000);
 * const n = await simulation.until(counter.ask({ type: 'get' }));
 * await simulation.stop();
 */
export class Simulation {
  /** The system, as any other; its promises settle while the simulation is driven. */
  readonly system: ActorSystem;
  readonly seed: number;
  readonly #machine: Machine;
  readonly #defects: Error[];

  private constructor(system: ActorSystem, seed: number, machine: Machine, defects: Error[]) {
    checkMade(defects !== undefined, 'Simulation', 'await Simulation.start({ … })');
    this.system = system;
    this.seed = seed;
    this.#machine = machine;
    this.#defects = defects;
  }

  /** Starts a simulated system. @throws {TroupeError} as `ActorSystem.start` */
  static async start(given: SimulationOptions = {}): Promise<Simulation> {
    const { seed = 1, ...rest } = given;
    const defects: Error[] = [];
    const machine = new Machine({
      seed,
      costMs: 0,
      configure: (config) => ({ ...config, spinMs: 0 }),
      onDefect: (error) => defects.push(error),
    });
    // Its looks would be most of what happens in a long virtual time.
    const watchdog = { warnMs: NO_WATCHDOG_MS };
    const options = { threads: 2, watchdog, ...rest };
    const starting = ActorSystem.startOn(machine.environment, options);
    const system = await settled(machine, defects, starting);
    return new Simulation(system, seed, machine, defects);
  }

  /** Virtual milliseconds: what `ctx.now()` answers. */
  get nowMs(): number {
    return this.#machine.time.nowMs;
  }

  /** Equal for two runs that did the same: 8 hexadecimal digits. */
  get hash(): string {
    return this.#machine.trace.hash;
  }

  /**
   * Runs until all is at rest: no message under way, and no timer set. Time jumps to what is due next.
   * @throws {Error} when it never comes to rest, as with an interval: use `advance`
   */
  run(): Promise<void> {
    const { time, scheduler } = this.#machine;
    return this.#drive(Number.POSITIVE_INFINITY, () => !time.isQuiet || scheduler.hasReady);
  }

  /** Lets `ms` of virtual time pass, and everything happen that is due in it. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await this.#drive(untilMs, () => true);
    this.#machine.time.spend(Math.max(0, untilMs - this.nowMs));
  }

  /**
   * Runs until a promise settles, such as that of an ask. Rejects as it does.
   * @throws {Error} when all is at rest and it has not
   */
  until<T>(promise: Promise<T>): Promise<T> {
    return settled(this.#machine, this.#defects, promise);
  }

  /** Ends a worker thread at once, whatever it does, as a fault would. @throws {TroupeError} ERR_NO_THREAD */
  killThread(thread: number): void {
    this.system.killThread(thread);
  }

  /** Starts a probe that waits in virtual time. */
  probe<M extends Message = Message>(): TestProbe<M> {
    const time: ProbeTime = {
      until: async (_inbox, condition, withinMs) => {
        const untilMs = this.nowMs + withinMs;
        await this.#drive(untilMs, () => !condition(), condition);
        return condition();
      },
    };
    return TestProbe.start<M>(this.system, time);
  }

  /** Stops the system. @returns its report */
  stop(): Promise<StopReport> {
    return this.until(this.system.stop());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #drive(untilMs: number, goesOn: () => boolean, isDone = () => false): Promise<void> {
    return drive(this.#machine, this.#defects, untilMs, goesOn, isDone);
  }
}

async function drive(
  { scheduler }: Machine,
  defects: readonly Error[],
  untilMs: number,
  goesOn: () => boolean,
  isDone: () => boolean,
): Promise<void> {
  await scheduler.settle();
  for (let step = 0; !isDone(); step++) {
    if (defects.length > 0) throw defects[0];
    if (step >= MAX_STEPS) throw neverRests();
    if (!(await scheduler.step(untilMs, goesOn))) return;
  }
}

async function settled<T>(
  machine: Machine,
  defects: readonly Error[],
  promise: Promise<T>,
): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  promise.then(done, done);
  const { time, scheduler } = machine;
  const goesOn = (): boolean => !time.isQuiet || scheduler.hasReady;
  await drive(machine, defects, Number.POSITIVE_INFINITY, goesOn, () => isDone);
  if (!isDone) throw neverRests('a promise is waited for that nothing will settle');
  return promise;
}

function neverRests(what = `not at rest after ${MAX_STEPS} steps`): TroupeError {
  return new TroupeError('ERR_CONTEXT', {
    what,
    where: 'Simulation',
    mend: 'use advance(ms) where an interval goes on for ever, and await only what the simulation settles',
  });
}
