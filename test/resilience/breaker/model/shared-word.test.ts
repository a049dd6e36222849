import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { BreakerCore, REFUSED } from '#runtime/resilience/breaker/breaker-core.js';
import { breakerPolicy } from '#runtime/resilience/breaker/breaker-options.js';
import { type BreakerState, INITIAL_STATE } from '#runtime/resilience/breaker/breaker-state.js';
import { PHASE_NAMES, Phase } from '#runtime/resilience/breaker/phase.js';
import { type AtomicWord, SharedCell } from '#runtime/resilience/breaker/state-cell.js';
import { packState, unpackState } from '#runtime/resilience/breaker/state-word.js';
import type { Verdict } from '#runtime/resilience/index.js';
import { explore, type Program } from './word-threads.js';

const NOW_MS = 8000;
const PERMIT_MS = 800;
const NO_CHANCE = { next: () => 0 };

/** @param failures in a row that trip it */
function policyOf(permits: number, failureRate = 0.5, failures = 1) {
  return breakerPolicy({
    window: { kind: 'consecutive', failures },
    failureRate,
    open: { minMs: 1600, maxMs: 1600, jitter: 'none' },
    trial: { permits, permitMs: PERMIT_MS },
    shared: new SharedArrayBuffer(16),
  });
}

type Policy = ReturnType<typeof policyOf>;

function coreOn(word: AtomicWord, policy: Policy): BreakerCore {
  return new BreakerCore(policy, new SharedCell(word, 0), NO_CHANCE, { phaseBegan: () => {} });
}

/** A thread that makes one call and tells how it went. */
function caller(policy: Policy, verdict: Verdict | 'hangs', nowMs = NOW_MS): Program {
  return (word, report) => {
    const core = coreOn(word, policy);
    const ticket = core.admit(nowMs);
    report(ticket === REFUSED ? 'refused' : `admitted in ${ticket >> 15}`);
    if (ticket === REFUSED || verdict === 'hangs') return;
    if (core.record(ticket, verdict, false, nowMs)) core.trip(ticket, nowMs);
  };
}

const HALF_OPEN: BreakerState = {
  ...INITIAL_STATE,
  phase: Phase.HALF_OPEN,
  generation: 2,
  streak: 1,
};
const OPEN: BreakerState = {
  ...INITIAL_STATE,
  phase: Phase.OPEN,
  generation: 1,
  atMs: NOW_MS,
  streak: 1,
};
const start = (state: BreakerState): bigint => packState(state, 0);
const admitted = (reports: readonly (readonly string[])[]): number =>
  reports.flat().filter((report) => report.startsWith('admitted')).length;

/** Lets time pass and calls succeed until it is closed, or throws: no state may be a trap. */
function heal(state: bigint, policy: Policy): void {
  let value = state;
  const word: AtomicWord = {
    load: () => value,
    compareExchange: (expected, next) => {
      const before = value;
      if (before === expected) value = next;
      return before;
    },
  };
  const core = coreOn(word, policy);
  for (let nowMs = NOW_MS, i = 0; i < 20; i++, nowMs += 1600) {
    const ticket = core.admit(nowMs);
    if (ticket !== REFUSED) core.record(ticket, 'success', false, nowMs);
    if (core.state.phase === Phase.CLOSED) return;
  }
  throw new Error(`stays ${PHASE_NAMES[core.state.phase]}`);
}

/** Objects to an end of a run; there are too many ends to report each that is good. */
function same(found: unknown, wanted: unknown, text: string): void {
  if (!isDeepStrictEqual(found, wanted)) throw new Error(`${text}: ${found}, not ${wanted}`);
}

const VERDICTS = ['success', 'failure', 'ignore', 'hangs'] as const;

t.test('of three threads that probe at once no more pass than there are permits', async (t) => {
  for (const [state, permits] of [
    [OPEN, 1],
    [HALF_OPEN, 1],
    [HALF_OPEN, 2],
  ] as const) {
    const policy = policyOf(permits, 1);
    const { states, ends } = explore({
      start: start(state),
      programs: [0, 1, 2].map(() => caller(policy, 'hangs')),
      judge: ({ word, reports }) => {
        const { phase, issued, generation } = unpackState(word, 0);
        same(admitted(reports), permits, 'admitted');
        same([phase, issued, generation], [Phase.HALF_OPEN, permits, 2], 'state');
        heal(word, policy);
      },
    });
    t.ok(ends > 0);
    t.comment(`${states} states, ${ends} ends`);
  }
});

t.test('no result is lost and none counts twice, in whichever order they come', async (t) => {
  const policy = policyOf(2, 1, 1000);
  for (const first of VERDICTS) {
    for (const second of VERDICTS) {
      const { ends } = explore({
        start: start(HALF_OPEN),
        programs: [caller(policy, first), caller(policy, second)],
        judge: ({ word, reports }) => {
          const state = unpackState(word, 0);
          const all = [first, second];
          const count = (verdict: string): number => all.filter((each) => each === verdict).length;
          // One success closes it, since the rate of 1 cannot be reached any more.
          const expected =
            count('success') > 0
              ? Phase.CLOSED
              : count('failure') === 2
                ? Phase.OPEN
                : Phase.HALF_OPEN;
          same(state.phase, expected, `${all}`);
          if (expected === Phase.HALF_OPEN) {
            same(state.failed, count('failure'), `failed of ${all}`);
            same(state.issued, 2 - count('ignore'), `issued of ${all}`);
          } else same(state.generation, 3, 'one verdict');
          same(admitted(reports), 2, 'admitted');
          heal(word, policy);
        },
      });
      t.ok(ends > 0);
    }
  }
});

t.test('threads that trip it at once open it once', async (t) => {
  const policy = policyOf(1);
  const { ends } = explore({
    start: start(INITIAL_STATE),
    programs: [0, 1, 2].map(() => caller(policy, 'failure')),
    judge: ({ word }) => {
      const { phase, generation, streak } = unpackState(word, 0);
      same([phase, generation, streak], [Phase.OPEN, 1, 1], 'state');
      heal(word, policy);
    },
  });
  t.ok(ends > 0);
});

t.test('a thread that dies at any step leaves a state from which the others go on', async (t) => {
  const policy = policyOf(2, 0.6);
  for (const state of [INITIAL_STATE, OPEN, HALF_OPEN]) {
    for (const mine of VERDICTS) {
      for (const other of VERDICTS) {
        const { ends } = explore({
          start: start(state),
          programs: [caller(policy, mine), caller(policy, other)],
          mortal: 0,
          judge: ({ word }) => heal(word, policy),
        });
        t.ok(ends > 0, `${mine}, ${other}`);
      }
    }
  }
});

t.test(
  'a call that comes when permits have ended does not take the result of the late one',
  async (t) => {
    const policy = policyOf(3, 1);
    const late: Program = (word) => {
      const core = coreOn(word, policy);
      const ticket = core.admit(NOW_MS);
      core.record(ticket, 'failure', false, NOW_MS + PERMIT_MS);
    };
    const { ends } = explore({
      start: start(HALF_OPEN),
      programs: [late, caller(policy, 'hangs', NOW_MS + PERMIT_MS)],
      judge: ({ word }) => {
        const { phase, failed, settled, issued } = unpackState(word, 0);
        same(phase, Phase.HALF_OPEN, 'phase');
        same([failed <= 1, settled], [true, failed], 'the late call failed once');
        same(issued - settled, 1, 'the permits of new calls');
        heal(word, policy);
      },
    });
    t.ok(ends > 0);
  },
);
