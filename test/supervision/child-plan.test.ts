import t from 'tap';
import { type Definition, defineActor } from '../../runtime/actor/definition.js';
import type { SpawnOptions } from '../../runtime/actor/spawn-options.js';
import { MAX_PLANS, planOf } from '../../runtime/supervision/child-plan.js';
import { DEFAULT_CHILD_POLICY } from '../../runtime/supervision/child-policy.js';

/** A definition of its own for each test: plans are kept by definition. */
function makeDefinition(): Definition<never, never> {
  return defineActor<{ type: 'go' }>()({
    module: import.meta.url,
    name: 'Planned',
    init: () => 0,
    handlers: { go: () => {} },
  }) as Definition<never, never>;
}

t.test('children that are spawned alike share one frozen plan', async (t) => {
  const definition = makeDefinition();
  const alike: [SpawnOptions, SpawnOptions][] = [
    [{}, { name: 'a', placement: 'spread' }],
    [{}, { restart: 'transient', shutdownMs: 5000 }],
    [{ restart: 'permanent' }, { restart: 'permanent', name: 'b' }],
    [{ shutdownMs: 'kill' }, { shutdownMs: 'kill' }],
    [{ mailbox: { capacity: 3 } }, { mailbox: { capacity: 3 } }],
    [{ placement: 'pinned' }, { placement: 'pinned' }],
  ];
  for (const [one, other] of alike) {
    const plan = planOf(definition, one);
    t.equal(planOf(definition, other), plan, JSON.stringify(other));
    t.ok(Object.isFrozen(plan));
  }
  t.equal(planOf(definition, {}).policy, DEFAULT_CHILD_POLICY);
  t.not(planOf(makeDefinition(), {}), planOf(definition, {}), 'each definition has its own');
});

t.test('every difference makes another plan, which says what was asked for', async (t) => {
  const definition = makeDefinition();
  const options: SpawnOptions[] = [
    {},
    { restart: 'permanent' },
    { shutdownMs: 7 },
    { mailbox: {} },
    { mailbox: { capacity: 3 } },
    { mailbox: { capacity: 4 } },
    { mailbox: { capacity: 4, overflow: 'fail' } },
    { placement: 'pinned' },
  ];
  const plans = [...options, ...options].map((each) => planOf(definition, each));
  t.equal(new Set(plans).size, options.length);
  for (const [i, { restart, shutdownMs, mailbox, placement }] of options.entries()) {
    const plan = plans[i]!;
    t.equal(plan.policy.restart, restart ?? 'transient');
    t.equal(plan.policy.shutdownMs, shutdownMs ?? 5000);
    t.same(plan.mailbox, mailbox);
    t.equal(plan.pinned, placement === 'pinned');
  }
});

t.test('a backoff and a gauge belong to one child', async (t) => {
  const definition = makeDefinition();
  for (const options of [{ backoff: { minMs: 1, maxMs: 2 } }, { gauge: 5 }]) {
    const plan = planOf(definition, options);
    t.not(planOf(definition, options), plan);
    t.equal(plan.gauge, options.gauge ?? 0);
    t.equal(plan.policy.backoff !== null, options.backoff !== undefined);
    t.not(planOf(definition, {}), plan);
  }
});

t.test('what becomes of the options or the definition later changes no plan', async (t) => {
  const mailbox = { capacity: 3 };
  const definition = makeDefinition();
  const plan = planOf(definition, { mailbox });
  mailbox.capacity = 4;
  t.same(plan.mailbox, { capacity: 3 });
  t.same(planOf(definition, { mailbox }).mailbox, { capacity: 4 });
  const data = { module: import.meta.url, name: 'Data' } as Definition<never, never>;
  planOf(data, {});
  Object.assign(data, { name: 7 });
  t.throws(() => planOf(data, {}), { code: 'ERR_DEFINITION' });
});

t.test('a bounded number of plans is kept, the newest', async (t) => {
  const definition = makeDefinition();
  const first = planOf(definition, { shutdownMs: 0 });
  for (let i = 1; i < MAX_PLANS; i++) planOf(definition, { shutdownMs: i });
  t.equal(planOf(definition, { shutdownMs: 0 }), first);
  const last = planOf(definition, { shutdownMs: MAX_PLANS });
  t.not(planOf(definition, { shutdownMs: 0 }), first);
  t.equal(planOf(definition, { shutdownMs: MAX_PLANS }), last);
});

t.test(
  'what is no definition, and options outside their range, are refused each time',
  async (t) => {
    const definition = makeDefinition();
    planOf(definition, {});
    for (let i = 0; i < 2; i++) {
      for (const wrong of [undefined, null, 7, {}, { module: 'no url', name: 'A' }]) {
        t.throws(() => planOf(wrong as never, {}), { code: 'ERR_DEFINITION' });
      }
      t.throws(() => planOf(definition, { shutdownMs: -1 }), { code: 'ERR_OPTION' });
      t.throws(() => planOf(definition, { restart: null as never }), { code: 'ERR_OPTION' });
    }
  },
);
