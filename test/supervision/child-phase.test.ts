import t from 'tap';
import {
  CHILD_EVENTS,
  CHILD_TRANSITIONS,
  type ChildPhase,
  INCARNATION_LIVES,
} from '../../runtime/supervision/child-phase.js';

const PHASES = Object.keys(CHILD_TRANSITIONS) as ChildPhase[];

function reachable(from: ChildPhase): Set<ChildPhase> {
  const seen = new Set<ChildPhase>([from]);
  for (const phase of seen) {
    for (const next of Object.values(CHILD_TRANSITIONS[phase])) seen.add(next);
  }
  return seen;
}

t.test('every phase is reached from a declared child, and every child can go', async (t) => {
  t.same([...reachable('pending')].sort(), [...PHASES].sort());
  for (const phase of PHASES) t.ok(reachable(phase).has('gone'), phase);
});

t.test('an incarnation begins by a start or restart only, and ends by a report only', async (t) => {
  for (const phase of PHASES) {
    for (const event of CHILD_EVENTS) {
      const next = CHILD_TRANSITIONS[phase][event];
      if (next === undefined || INCARNATION_LIVES[phase] === INCARNATION_LIVES[next]) continue;
      const allowed = INCARNATION_LIVES[next]
        ? ['start', 'restart']
        : ['startFailed', 'exited', 'terminated'];
      t.ok(allowed.includes(event), `${phase} ${event} ${next}`);
    }
  }
});

t.test('a child on its way out never comes back', async (t) => {
  for (const phase of ['releasing', 'gone'] as const) {
    t.notOk(reachable(phase).has('restarting'), phase);
  }
  t.equal(CHILD_TRANSITIONS.stopping.halt, undefined);
});

t.test('exits and terminations are understood wherever a cell exists', async (t) => {
  for (const phase of PHASES) {
    const hasCell = phase !== 'pending' && phase !== 'gone';
    t.equal(CHILD_TRANSITIONS[phase].exited !== undefined, hasCell, phase);
    t.equal(CHILD_TRANSITIONS[phase].terminated, hasCell ? 'gone' : undefined, phase);
  }
});
