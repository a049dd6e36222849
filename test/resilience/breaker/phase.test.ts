import t from 'tap';
import {
  ADMISSIONS,
  BREAKER_EVENTS,
  BREAKER_TRANSITIONS,
  type BreakerEvent,
  COUNTINGS,
  nextPhase,
  PHASE_NAMES,
  Phase,
  type PhaseName,
} from '#runtime/resilience/breaker/phase.js';

const FORCED = ['forced-open', 'forced-closed', 'observing'] as const;

/** What must happen in each cell, written down apart from the code. */
function expected(phase: PhaseName, event: BreakerEvent): PhaseName | undefined {
  if (event === 'forceOpen') return 'forced-open';
  if (event === 'forceClosed') return 'forced-closed';
  if (event === 'observe') return 'observing';
  if (phase === 'closed') return event === 'trip' ? 'open' : undefined;
  if (phase === 'open') return event === 'probe' ? 'half-open' : undefined;
  if (phase === 'half-open') {
    if (event === 'recover') return 'closed';
    return event === 'relapse' ? 'open' : undefined;
  }
  return event === 'release' ? 'closed' : undefined;
}

t.test('every cell of the table leads where it must, and the others are impossible', async (t) => {
  for (const [number, phase] of PHASE_NAMES.entries()) {
    for (const event of BREAKER_EVENTS) {
      const to = expected(phase, event);
      const cell = BREAKER_TRANSITIONS[number as Phase][event];
      t.equal(cell === undefined ? undefined : PHASE_NAMES[cell], to, `${phase}, ${event}`);
      if (to === undefined) t.throws(() => nextPhase(number as Phase, event), /impossible|while/);
      else t.equal(PHASE_NAMES[nextPhase(number as Phase, event)], to);
    }
  }
});

t.test(
  'from every phase closed can be reached, without a hand where none was laid on',
  async (t) => {
    for (const start of Object.values(Phase)) {
      const reached = new Set<Phase>([start]);
      const byHand: readonly string[] = ['forceOpen', 'forceClosed', 'observe'];
      for (const phase of reached) {
        for (const [event, to] of Object.entries(BREAKER_TRANSITIONS[phase])) {
          if (!byHand.includes(event)) reached.add(to);
        }
      }
      t.ok(reached.has(Phase.CLOSED), PHASE_NAMES[start]);
    }
  },
);

t.test('only what passes all calls counts in the window, and only closed trips', async (t) => {
  for (const phase of Object.values(Phase)) {
    const counting = COUNTINGS[phase];
    if (counting === 'trips' || counting === 'window') t.equal(ADMISSIONS[phase], 'all');
    t.equal(counting === 'trial', ADMISSIONS[phase] === 'permit');
    t.equal(counting === 'trips', BREAKER_TRANSITIONS[phase].trip !== undefined);
  }
  for (const name of FORCED) t.not(ADMISSIONS[PHASE_NAMES.indexOf(name) as Phase], 'permit');
});
