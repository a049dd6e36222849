import fc from 'fast-check';
import t from 'tap';
import { RESTART_TYPES } from '../../runtime/actor/restart-type.js';
import {
  type ChildPolicyOptions,
  resolveChildPolicy,
  type ShutdownMs,
} from '../../runtime/supervision/child-policy.js';
import {
  resolveSupervisor,
  STRATEGIES,
  type SupervisorPolicy,
} from '../../runtime/supervision/strategy.js';
import { FakeWorld } from './fake-world.js';

const supervisorPolicy: fc.Arbitrary<SupervisorPolicy> = fc
  .record({
    strategy: fc.constantFrom(...STRATEGIES),
    intensity: fc.constantFrom(0, 1, 3, 20),
    periodMs: fc.constantFrom(5, 50, 5000),
  })
  .map((options) => resolveSupervisor(options));

const childPolicy = fc
  .record({
    restart: fc.constantFrom(...RESTART_TYPES, 'permanent' as const),
    shutdownMs: fc.constantFrom<ShutdownMs>('infinity', 'kill', 0, 10, 40),
    backoff: fc.option(fc.constant({ minMs: 5, maxMs: 30 }), { nil: undefined }),
  })
  .map(({ backoff, ...rest }): ChildPolicyOptions => ({ ...rest, ...(backoff && { backoff }) }))
  .map((options) => resolveChildPolicy(options));

const life = fc.record({
  policy: supervisorPolicy,
  policies: fc.array(childPolicy, { minLength: 1, maxLength: 4 }),
  seed: fc.integer(),
  declaredCount: fc.nat(5),
  isDeclared: fc.boolean(),
  eventCount: fc.nat(1200),
  tameness: fc.constantFrom(0.3, 0.8, 0.95),
  settlesFirst: fc.boolean(),
});

t.test('no life of a supervisor breaks a promise, and each comes to one end', async () => {
  fc.assert(
    fc.property(life, (life) => {
      const world = new FakeWorld(life.policy, life.policies, life.seed);
      if (life.isDeclared) world.declare(life.declaredCount);
      else for (let i = 0; i < life.declaredCount; i++) world.add();
      for (let i = 0; i < life.eventCount; i++) world.happen(life.tameness);
      if (life.settlesFirst) {
        world.settle();
        const rest = world.cells.filter((cell) => cell.state !== 'gone' && cell.state !== 'live');
        const open = rest.filter((cell) => cell.state !== 'pending');
        if (open.length > 0) throw new Error(`child ${open[0]?.id} is left ${open[0]?.state}`);
      }
      world.step({ type: 'stopAll' });
      for (let i = 0; i < life.eventCount / 10; i++) world.happen(life.tameness);
      world.settle();
      world.step({ type: 'stopAll' });
      return (
        world.oracle.endCount === 1 &&
        world.oracle.armedCount === 0 &&
        world.core.mode === 'over' &&
        world.core.childCount === 0 &&
        world.cells.every((cell) => cell.state === 'gone' || cell.state === 'pending')
      );
    }),
    { numRuns: 600 },
  );
});
