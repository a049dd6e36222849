import t from 'tap';
import {
  Bulkhead,
  type Call,
  type CallOptions,
  CircuitBreaker,
  Fallback,
  Hedge,
  type Operation,
  PIPELINE_ORDER,
  type PipelineParts,
  pipeline,
  RateLimiter,
  Retry,
  RetryBudget,
  Timeout,
} from '#runtime/resilience/index.js';
import { ManualTime, settle } from './manual-time.js';

const passing = (): Error => Object.assign(new Error('passing'), { retryable: true });
const PLAIN = { minMs: 100, maxMs: 100, jitter: 'none' } as const;

/** A full set of policies. */
function allParts(time: ManualTime) {
  return {
    bulkhead: new Bulkhead({ limit: 2 }, time),
    timeout: new Timeout({ ms: 50 }, time),
    breaker: new CircuitBreaker({ window: { kind: 'consecutive', failures: 5 } }, time),
    hedge: new Hedge({ afterMs: 20, budget: new RetryBudget() }, time),
    rateLimiter: new RateLimiter({ kind: 'token-bucket', limit: 100, periodMs: 1000 }, time),
    retry: new Retry({ attempts: 3, backoff: PLAIN }, time),
    total: new Timeout({ ms: 1000 }, time),
    fallback: new Fallback({ use: () => 'instead' }, time),
  } satisfies PipelineParts<string>;
}

t.test(
  'the parts lie around each other in the documented order, however they are given',
  async (t) => {
    const time = new ManualTime();
    const entered: string[] = [];
    const traced = Object.fromEntries(
      Object.entries(allParts(time)).map(([name, policy]) => [
        name,
        {
          run: (operation: Operation<unknown>, call?: CallOptions | Call) => {
            entered.push(name);
            return policy.run(operation, call);
          },
        },
      ]),
    ) as unknown as PipelineParts<string>;
    t.equal(await pipeline(traced, time).run(() => 'own'), 'own');
    t.same(entered, PIPELINE_ORDER);
  },
);

t.test('each try, not each call, feeds the breaker; the open breaker ends the tries', async (t) => {
  const time = new ManualTime();
  const parts = allParts(time);
  let calls = 0;
  const fail = (): never => {
    calls++;
    throw passing();
  };
  const run = () => pipeline(parts, time).run(fail);
  const first = run();
  await time.advance(1000);
  t.equal(await first, 'instead');
  t.equal(calls, 3);
  const second = run();
  await time.advance(1000);
  t.equal(await second, 'instead');
  t.equal(calls, 5, 'the third try found it open, and its open time does not fit');
  t.equal(parts.breaker.phase, 'open');
});

t.test('the breaker sees the timeout of a try, and the next try is made', async (t) => {
  const time = new ManualTime();
  const { breaker, timeout } = allParts(time);
  const retry = new Retry({ attempts: 2, backoff: PLAIN }, time);
  const signals: AbortSignal[] = [];
  const pending = pipeline({ breaker, timeout, retry }, time).run(
    (call) => {
      signals.push(call.signal);
      return call.attempt === 1 ? new Promise<string>(() => {}) : 'second';
    },
    { idempotent: true },
  );
  await time.advance(49);
  t.equal(breaker.metrics.failures, 0);
  await time.advance(1);
  t.equal(breaker.metrics.failures, 1);
  t.ok(signals[0]!.aborted);
  await time.advance(100);
  t.equal(await pending, 'second');
  t.equal(signals[1]!.aborted, false);
});

t.test(
  'a deadline from outside holds without a timeout, and no try begins that it cuts off',
  async (t) => {
    const time = new ManualTime();
    const retry = new Retry({ attempts: 9, backoff: PLAIN }, time);
    let calls = 0;
    const deadline = { atMs: time.clock.now() + 250 };
    const failing = pipeline({ retry }, time).run(
      () => {
        calls++;
        throw passing();
      },
      { deadline },
    );
    failing.catch(() => {});
    await time.advance(1000);
    await t.rejects(failing, { message: 'passing' });
    t.equal(calls, 3);
    const hanging = pipeline({}, time).run(() => new Promise(() => {}), {
      deadline: { atMs: time.clock.now() + 10 },
    });
    hanging.catch(() => {});
    await time.advance(10);
    await t.rejects(hanging, { code: 'ERR_CALL_TIMEOUT' });
    t.equal(time.timers, 0);
  },
);

t.test('an abort from outside goes through all of it at once and counts nowhere', async (t) => {
  const time = new ManualTime();
  const parts = allParts(time);
  const abort = new AbortController();
  let inner: AbortSignal | undefined;
  const pending = pipeline(parts, time).run(
    (call) => {
      inner = call.signal;
      return new Promise<string>(() => {});
    },
    { signal: abort.signal },
  );
  await settle();
  abort.abort();
  await t.rejects(pending, { code: 'ERR_CALL_ABORTED' });
  t.ok(inner?.aborted);
  t.equal(parts.breaker.metrics.calls, 0);
  t.equal(parts.fallback.used, 0);
  t.equal(time.timers, 0);
});

t.test('the total time ends tries and delays', async (t) => {
  const time = new ManualTime();
  const total = new Timeout({ ms: 150 }, time);
  const retry = new Retry({ attempts: 9, backoff: PLAIN }, time);
  let calls = 0;
  const pending = pipeline({ total, retry }, time).run((call) => {
    calls++;
    if (call.attempt < 2) throw passing();
    return new Promise(() => {});
  });
  pending.catch(() => {});
  await time.advance(150);
  await t.rejects(pending, { code: 'ERR_CALL_TIMEOUT' });
  t.equal(calls, 2);
});

t.test('a timeout further out than the breaker is no failure of the one called', async (t) => {
  const time = new ManualTime();
  const total = new Timeout({ ms: 150 }, time);
  const breaker = new CircuitBreaker({ window: { kind: 'consecutive', failures: 1 } }, time);
  const pending = pipeline({ total, breaker }, time).run(() => new Promise(() => {}));
  pending.catch(() => {});
  await time.advance(150);
  await t.rejects(pending, { code: 'ERR_CALL_TIMEOUT' });
  t.equal(breaker.phase, 'closed');
});

t.test('a deadline in a month is one', async (t) => {
  const time = new ManualTime();
  const monthMs = 30 * 86_400_000;
  const deadline = { atMs: time.clock.now() + monthMs };
  let code: string | undefined;
  const pending = pipeline({}, time).run(() => new Promise(() => {}), { deadline });
  pending.catch((error: { code: string }) => {
    code = error.code;
  });
  await time.advance(monthMs - 1);
  t.equal(code, undefined);
  await time.advance(1);
  t.equal(code, 'ERR_CALL_TIMEOUT');
  t.equal(time.timers, 0);
});

t.test('a call fills a budget once, whoever of its policies uses it', async (t) => {
  const time = new ManualTime();
  const budget = new RetryBudget({ ratio: 0.25, reserve: 4 });
  for (let i = 0; i < 4; i++) budget.withdraw();
  const retry = new Retry({ budget, backoff: PLAIN }, time);
  const hedge = new Hedge({ afterMs: 10, budget }, time);
  const inner = new Retry({ budget, backoff: PLAIN }, time);
  const guarded = pipeline({ retry, hedge }, time);
  for (let i = 0; i < 3; i++) {
    await guarded.run((call) => inner.run(() => i, call), { idempotent: true });
  }
  t.equal(budget.tokens, 0.75);
});

t.test('a part of another name, which would protect nothing, is refused', async (t) => {
  t.throws(() => pipeline({ retries: new Retry() } as PipelineParts), {
    code: 'ERR_OPTION',
    message: /'retries' is an unknown option.*use fallback, total, retry/s,
  });
});
