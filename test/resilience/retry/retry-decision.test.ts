import t from 'tap';
import { resolveBackoff } from '#runtime/resilience/backoff.js';
import {
  decideRetry,
  type FailedTry,
  RETRY_REFUSALS,
  type RetryRefusal,
} from '#runtime/resilience/retry/retry-decision.js';

const LIMITS = {
  attempts: 3,
  backoff: resolveBackoff({ minMs: 100, maxMs: 1000 }, 'none', 'x'),
  totalMs: 1000,
};
const FAILED: FailedTry = {
  attempt: 1,
  isAborted: false,
  isRetryable: true,
  retryAfterMs: 0,
  elapsedMs: 0,
  remainingMs: Number.POSITIVE_INFINITY,
};
const NO_CHANCE = { next: () => 0 };

/** What makes each refusal hold. */
const CAUSES: Readonly<Record<RetryRefusal, Partial<FailedTry>>> = {
  aborted: { isAborted: true },
  final: { isRetryable: false },
  attempts: { attempt: 3 },
  time: { remainingMs: 1 },
  budget: {},
};

t.test(
  'of several refusals the first in the table is told, and only the last asks the budget',
  async (t) => {
    for (let holds = 0; holds < 2 ** RETRY_REFUSALS.length; holds++) {
      const causes = RETRY_REFUSALS.filter((_, index) => holds & (1 << index));
      const failed = Object.assign(
        {},
        FAILED,
        ...causes.map((cause) => CAUSES[cause]),
      ) as FailedTry;
      let asked = 0;
      const withdraw = (): boolean => {
        asked++;
        return !causes.includes('budget');
      };
      const decision = decideRetry(LIMITS, failed, withdraw, NO_CHANCE);
      const [first] = causes;
      t.same(decision, first === undefined ? { delayMs: 100 } : { refusal: first }, causes.join());
      t.equal(asked, first === undefined || first === 'budget' ? 1 : 0);
    }
  },
);

t.test(
  'the delay is the longer of backoff and what was asked for, and must end in time',
  async (t) => {
    const decide = (failed: Partial<FailedTry>) =>
      decideRetry(LIMITS, { ...FAILED, ...failed }, () => true, NO_CHANCE);
    t.same(decide({ retryAfterMs: 500 }), { delayMs: 500 });
    t.same(decide({ retryAfterMs: 50 }), { delayMs: 100 });
    t.same(decide({ retryAfterMs: 999 }), { delayMs: 999 });
    t.same(decide({ retryAfterMs: 1000 }), { refusal: 'time' }, 'the total time');
    t.same(decide({ elapsedMs: 899 }), { delayMs: 100 });
    t.same(decide({ elapsedMs: 900 }), { refusal: 'time' });
    t.same(decide({ remainingMs: 101 }), { delayMs: 100 });
    t.same(decide({ remainingMs: 100 }), { refusal: 'time' }, 'the deadline');
  },
);
