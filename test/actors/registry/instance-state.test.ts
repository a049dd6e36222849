import t from 'tap';
import {
  INSTANCE_EVENTS,
  INSTANCE_STATES,
  INSTANCE_TRANSITIONS,
  type InstanceEvent,
  type InstanceState,
} from '#actors/registry/instance-state.js';
import {
  PRESERVATION_EVENTS,
  PRESERVATION_MODES,
  PRESERVATION_TRANSITIONS,
} from '#actors/registry/preservation.js';
import { Rig } from './fixtures/rig.js';

/** Ways into each state, from registration on, with one check. */
const WAYS: Readonly<Record<InstanceState, readonly InstanceEvent[]>> = {
  starting: [],
  up: ['passing'],
  degraded: ['warning'],
  draining: ['drain'],
  down: ['critical'],
};

function apply(rig: Rig, event: InstanceEvent): void {
  const name = { service: 's', instance: 'i', incarnation: 0 };
  if (event === 'drain' || event === 'resume') rig.core.wish(name, event, rig.nowMs);
  else rig.core.report(name, 'c', event, '', rig.nowMs);
}

function stateOf(rig: Rig): InstanceState | undefined {
  const states = INSTANCE_STATES.filter((state) => {
    const told = rig.core.why('s', 'i').findLast(({ what }) => what !== 'registered');
    return (told?.what ?? 'starting') === state;
  });
  return states[0];
}

t.test('an instance moves as the table says, in every cell', async (t) => {
  for (const state of INSTANCE_STATES) {
    for (const event of INSTANCE_EVENTS) {
      const rig = new Rig();
      rig.register({ service: 's', instance: 'i', checks: { c: { kind: 'reported' } } });
      for (const step of WAYS[state]) apply(rig, step);
      t.equal(stateOf(rig), state);
      apply(rig, event);
      let expected = INSTANCE_TRANSITIONS[state][event];
      // Coming back from draining, the last verdict of the check counts at once; here there was none.
      if (state === 'draining' && ['passing', 'warning', 'critical'].includes(event)) {
        expected = 'draining';
      }
      t.equal(stateOf(rig), expected, `${state} on ${event}`);
    }
  }
});

t.test('only an instance that is up is found; a degraded one on request', async (t) => {
  for (const state of INSTANCE_STATES) {
    const rig = new Rig();
    rig.register({ service: 's', instance: 'i', checks: { c: { kind: 'reported' } } });
    for (const step of WAYS[state]) apply(rig, step);
    t.equal(rig.found('s').length, state === 'up' ? 1 : 0, state);
    const wider = rig.core.discover('s', { degraded: true }).instances.length;
    t.equal(wider, state === 'up' || state === 'degraded' ? 1 : 0, state);
  }
});

t.test('after a drain is taken back the verdict of before counts again', async (t) => {
  const rig = new Rig();
  rig.register({ service: 's', instance: 'i', checks: { c: { kind: 'reported' } } });
  for (const step of ['warning', 'drain', 'passing', 'resume'] as const) apply(rig, step);
  t.equal(stateOf(rig), 'up');
});

t.test(
  'the modes of self-preservation are a full table whose states are all reached',
  async (t) => {
    const reached = new Set<string>(['normal']);
    for (const mode of PRESERVATION_MODES) {
      for (const event of PRESERVATION_EVENTS) {
        const next = PRESERVATION_TRANSITIONS[mode][event];
        t.ok(PRESERVATION_MODES.includes(next), `${mode} on ${event}: ${next}`);
        reached.add(next);
      }
      t.equal(PRESERVATION_TRANSITIONS[mode].few, 'normal', 'few overdue end it always');
    }
    t.equal(reached.size, PRESERVATION_MODES.length);
  },
);
