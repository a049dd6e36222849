import t from 'tap';
import {
  Bulkhead,
  CircuitBreaker,
  Fallback,
  Hedge,
  Once,
  pipeline,
  RateLimiter,
  Retry,
  RetryBudget,
  Timeout,
} from '#runtime/resilience/index.js';

/** Options of a policy with some more, or null. */
type More = object | null;

const joined = (own: object, more: More): never => (more && { ...own, ...more }) as never;

const BACKOFF = { minMs: 1, maxMs: 2 };
const RATE = { kind: 'token-bucket', limit: 1, periodMs: 1 };

/** Makes each policy with options that are its own, and some more. */
const MAKERS: Readonly<Record<string, (more: More) => unknown>> = {
  breaker: (more) => new CircuitBreaker(joined({ minCalls: 5 }, more)),
  'a trial': (more) => new CircuitBreaker({ trial: joined({}, more) }),
  'an open time': (more) => new CircuitBreaker({ open: joined(BACKOFF, more) }),
  retry: (more) => new Retry(joined({}, more)),
  'a backoff': (more) => new Retry({ backoff: joined(BACKOFF, more) }),
  'retry budget': (more) => new RetryBudget(joined({}, more)),
  timeout: (more) => new Timeout(joined({ ms: 5 }, more)),
  hedge: (more) => new Hedge(joined({ afterMs: 5, budget: new RetryBudget() }, more)),
  bulkhead: (more) => new Bulkhead(joined({ limit: 5 }, more)),
  'rate limiter': (more) => new RateLimiter(joined(RATE, more)),
  once: (more) => new Once(joined({}, more)),
  fallback: (more) => new Fallback(joined({ use: () => 1 }, more)),
  pipeline: (more) => pipeline(joined({}, more)),
};

t.test('a misspelled option is refused by name, with the names there are', async (t) => {
  for (const [name, make] of Object.entries(MAKERS)) {
    t.ok(make({}), name);
    t.throws(() => make({ minCall: 5 }), {
      code: 'ERR_OPTION',
      message: /'minCall' is an unknown option.*mend: use \w+/s,
    });
    t.throws(() => make(null), { code: 'ERR_OPTION' }, `${name}: null`);
  }
});

t.test('what has no sense without it is refused without it', async (t) => {
  t.throws(() => new Hedge({ afterMs: 5 } as never), { code: 'ERR_OPTION', where: 'budget' });
  t.throws(() => new Fallback({} as never), { code: 'ERR_OPTION', where: 'use' });
  t.throws(() => new Timeout(undefined as never), { code: 'ERR_OPTION' });
});
