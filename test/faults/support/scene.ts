import type { Test } from 'tap';
import {
  type ActorRef,
  type ActorSystem,
  type ChildSpec,
  childSpec,
  defineSupervisor,
  type ExitReason,
  hasCode,
  type SystemOptions,
} from '../../../runtime/index.js';
import { conserves, eventually, limited, type Recorder } from '../../contract/fixtures-b/kit.js';
import { Pump, type PumpMessage } from './pump.js';
import { ms } from './scale.js';
import { type Cleanup, startFor } from './started.js';
import { Witness, type WitnessArgs, type WitnessMessage } from './witness.js';

type Witnessing = ActorRef<WitnessMessage>;

/** Messages that have to arrive after a recovery before it counts as one. */
const SEEN_AFTER_COUNT = 100;

export interface SceneSettings {
  readonly manyDeaths?: boolean;
  readonly nearArgs?: WitnessArgs;
}

/** Supervises an actor on its own thread, a permanent and a temporary one on thread 1. */
export const Nest = defineSupervisor<null>({
  module: import.meta.url,
  name: 'Nest',
  intensity: 1,
  periodMs: 600_000,
  children: nestlings,
});

/** The same with a budget for many deaths. */
export const PatientNest = defineSupervisor<null>({
  module: import.meta.url,
  name: 'PatientNest',
  intensity: 1000,
  children: nestlings,
});

function nestlings(): ChildSpec[] {
  return [
    childSpec(Witness, {}, { name: 'neighbour' }),
    childSpec(Witness, {}, { name: 'far', placement: 1 }),
    childSpec(Witness, {}, { name: 'mortal', placement: 1, restart: 'temporary' }),
  ];
}

/**
 * Actors under traffic, some on thread 1, which is to die, the others on main and thread 2, which must not
 * notice. Every supervisor allows one restart only, unless the scene is for many deaths.
 */
export class Scene {
  readonly system: ActorSystem;
  readonly events: Recorder;
  /** On thread 1, a child of the root. */
  readonly near: Witnessing;
  /** On thread 1, a child of a supervisor on thread 2. */
  readonly far: Witnessing;
  /** On main and on thread 2. */
  readonly untouched: readonly [Witnessing, Witnessing];
  readonly pumps: readonly [ActorRef<PumpMessage>, ActorRef<PumpMessage>];
  readonly #mortalEnded: Promise<ExitReason>;

  private constructor(
    system: ActorSystem,
    events: Recorder,
    near: Witnessing,
    [neighbour, far, mortal]: readonly [Witnessing, Witnessing, Witnessing],
  ) {
    this.system = system;
    this.events = events;
    this.near = near;
    this.far = far;
    this.#mortalEnded = system.terminated(mortal);
    const home = system.spawn(Witness, {}, { name: 'home', placement: 0 });
    this.untouched = [home, neighbour];
    this.pumps = [
      system.spawn(
        Pump,
        { id: 0, targets: [near, far, neighbour], peer: neighbour },
        { placement: 0 },
      ),
      system.spawn(Pump, { id: 2, targets: [near, far, home], peer: home }, { placement: 2 }),
    ];
  }

  /** Starts a system and its traffic. */
  static async begin(
    t: Cleanup,
    options: SystemOptions = {},
    { manyDeaths = false, nearArgs = {} }: SceneSettings = {},
  ): Promise<Scene> {
    const { system, events } = await startFor(t, {
      supervision: manyDeaths ? { intensity: 1000 } : { intensity: 1, periodMs: 600_000 },
      ...(manyDeaths ? { threadIntensity: { intensity: 1000, periodMs: 1000 } } : {}),
      ...options,
    });
    const near = system.spawn(Witness, nearArgs, { name: 'near', placement: 1 });
    const nest = system.spawn(manyDeaths ? PatientNest : Nest, null, {
      name: 'nest',
      placement: 2,
    });
    await system.started(nest);
    const resolve = async (name: string): Promise<Witnessing> =>
      (await system.resolve<WitnessMessage>(`/user/nest/${name}`))!;
    const children = [
      await resolve('neighbour'),
      await resolve('far'),
      await resolve('mortal'),
    ] as const;
    const scene = new Scene(system, events, near, children);
    for (const pump of scene.pumps) pump.tell({ type: 'begin' });
    await scene.trafficReaches(near);
    return scene;
  }

  /** Resolves when the present incarnation of an actor has seen some messages. */
  async trafficReaches(actor: Witnessing): Promise<void> {
    await eventually(`the traffic reaches ${String(actor)}`, async () => {
      const report = await actor.ask({ type: 'report' }, { timeoutMs: 15_000 });
      return report.seenCount >= SEEN_AFTER_COUNT;
    });
  }

  /**
   * Waits until both actors of thread 1 answer and are served again.
   * @param restarts at least and at most
   * @returns milliseconds until they answered
   */
  async recovered(t: Test, restarts: readonly [number, number] = [1, 1]): Promise<number> {
    const began = performance.now();
    for (const actor of [this.near, this.far]) {
      const { incarnation } = await actor.ask({ type: 'report' }, { timeoutMs: 15_000 });
      const isWithin = incarnation >= restarts[0] && incarnation <= restarts[1];
      t.ok(isWithin, `restarted under the same reference, for the ${incarnation}. time`);
    }
    const tookMs = performance.now() - began;
    for (const actor of [this.near, this.far]) await this.trafficReaches(actor);
    return tookMs;
  }

  /** Ends the traffic and the system, and checks what a death on thread 1 must have left as it was. */
  async close(t: Test): Promise<void> {
    for (const pump of this.pumps) pump.tell({ type: 'end' });
    const pumps = await Promise.all(this.pumps.map((pump) => pump.ask({ type: 'report' })));
    for (const { failures, incarnation, answerCount } of pumps) {
      t.same(failures, [], 'no question between the other threads failed');
      t.equal(incarnation, 0);
      t.ok(answerCount > 0);
    }
    for (const [index, actor] of this.untouched.entries()) {
      const report = await actor.ask({ type: 'report' });
      const from = pumps[1 - index]!;
      t.match(report, { incarnation: 0, gapCount: 0, disorderCount: 0 }, 'not touched');
      t.equal(report.seenCount, from.sentCount, 'every message between the other threads arrived');
    }
    for (const actor of [this.near, this.far]) {
      t.equal((await actor.ask({ type: 'report' })).disorderCount, 0, 'in order');
    }
    await eventually('nothing is under way', () => this.system.metrics().queued <= 0);
    const { holds, says } = conserves(this.system);
    t.ok(holds, says);
    const slowest = Math.max(...pumps.map(({ slowestMs }) => slowestMs));
    t.comment(`${says}; slowest answer between the other threads ${ms(slowest)}`);
    t.match(await this.system.stop(), { clean: true, alive: [], error: undefined });
  }

  /** Checks that the actor that is never restarted was failed with a reason that says why. */
  async assertMortalFailed(t: Test): Promise<void> {
    const reason = await limited('the end of the mortal', this.#mortalEnded);
    t.equal(reason.type, 'failed');
    if (reason.type !== 'failed') return;
    t.ok(hasCode(reason.error, 'ERR_THREAD_DIED'), String(reason.error));
    t.match(reason.error.message, /thread 1 died/);
  }
}
