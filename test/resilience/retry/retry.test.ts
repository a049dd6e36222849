import t from 'tap';
import { TroupeError } from '#runtime/base/errors.js';
import {
  isRetryable,
  RejectedError,
  Retry,
  RetryBudget,
  type RetryEvent,
  UNKNOWN_CODES,
  UNTRIED_CODES,
} from '#runtime/resilience/index.js';
import { ManualTime } from '../manual-time.js';

const PLAIN = { minMs: 100, maxMs: 1000, jitter: 'none' } as const;
const passing = (): Error => Object.assign(new Error('passing'), { retryable: true });

t.test(
  'a call is tried again after growing delays, and its last error is told as it was',
  async (t) => {
    const time = new ManualTime();
    const events: RetryEvent[] = [];
    const retry = new Retry(
      { attempts: 4, backoff: PLAIN, onFailedTry: (event) => events.push(event) },
      time,
    );
    const triedAtMs: number[] = [];
    const startMs = time.clock.now();
    const error = passing();
    let caught: unknown;
    const pending = retry
      .run((call) => {
        t.equal(call.attempt, triedAtMs.push(time.clock.now() - startMs));
        throw error;
      })
      .catch((thrown: unknown) => {
        caught = thrown;
      });
    await time.advance(10_000);
    await pending;
    t.same(triedAtMs, [0, 100, 300, 700]);
    t.equal(caught, error);
    t.same(
      events.map(({ attempt, delayMs, refusal }) => [attempt, delayMs, refusal]),
      [
        [1, 100, undefined],
        [2, 200, undefined],
        [3, 400, undefined],
        [4, undefined, 'attempts'],
      ],
    );
    t.equal(time.timers, 0);
  },
);

t.test('a success ends it, and a final error is not tried again', async (t) => {
  const time = new ManualTime();
  const retry = new Retry({ backoff: PLAIN }, time);
  const pending = retry.run(({ attempt }) => {
    if (attempt < 3) throw passing();
    return attempt;
  });
  await time.advance(1000);
  t.equal(await pending, 3);
  let calls = 0;
  await t.rejects(
    retry.run(() => {
      calls++;
      throw new TypeError('final');
    }),
    TypeError,
  );
  t.equal(calls, 1);
});

t.test('a breaker that is open is waited for if its time fits, and not otherwise', async (t) => {
  const time = new ManualTime();
  const retry = new Retry({ backoff: PLAIN, totalMs: 5000 }, time);
  const open = (retryAfterMs: number) => {
    const run = { calls: 0, code: '' };
    retry
      .run(() => {
        run.calls++;
        throw new RejectedError('ERR_BREAKER_OPEN', { what: 'open' }, retryAfterMs);
      })
      .catch((error: { code: string }) => {
        run.code = error.code;
      });
    return run;
  };
  const [fits, late] = [open(700), open(6000)];
  await time.advance(699);
  t.same([fits.calls, late.calls, late.code], [1, 1, 'ERR_BREAKER_OPEN']);
  await time.advance(1);
  t.equal(fits.calls, 2);
});

t.test('an abort ends the waiting at once', async (t) => {
  const time = new ManualTime();
  const abort = new AbortController();
  const retry = new Retry({ backoff: PLAIN }, time);
  const pending = retry.run(() => Promise.reject(passing()), { signal: abort.signal });
  await time.advance(50);
  t.equal(time.timers, 1);
  abort.abort();
  await t.rejects(pending, { code: 'ERR_CALL_ABORTED' });
  t.equal(time.timers, 0);
});

t.test('a budget bounds the retries of all by the calls of all', async (t) => {
  const budget = new RetryBudget({ ratio: 0.1, reserve: 5 });
  const time = new ManualTime();
  const retries = [0, 1].map(
    () => new Retry({ attempts: 10, backoff: { ...PLAIN, maxMs: 100 }, budget }, time),
  );
  const CALLS = 200;
  let tries = 0;
  const all = Array.from({ length: CALLS }, (_, i) =>
    retries[i % 2]!.run(() => {
      tries++;
      throw passing();
    }).catch(() => {}),
  );
  await time.advance(60_000);
  await Promise.all(all);
  t.ok(tries > CALLS && tries <= CALLS + 5 + 0.1 * CALLS, `${tries} tries`);
  t.ok(budget.tokens < 1);
  for (let i = 0; i < 1000; i++) budget.deposit();
  t.equal(budget.tokens, 5, 'the reserve is all that is kept');
});

t.test('only what may be tried again is: by the error itself, by code, by the call', async (t) => {
  const coded = (code: (typeof UNTRIED_CODES)[number]) => new TroupeError(code, { what: 'x' });
  for (const code of UNTRIED_CODES) t.ok(isRetryable(coded(code), false), code);
  for (const code of UNKNOWN_CODES) {
    t.notOk(isRetryable(coded(code), false), `${code}: it may have been done`);
    t.ok(isRetryable(coded(code), true), `${code}, idempotent`);
  }
  t.notOk(isRetryable(new Error('x'), true));
  t.notOk(isRetryable(undefined, true));
  t.ok(isRetryable({ retryable: true }, false));
  t.notOk(isRetryable(Object.assign(coded('ERR_BREAKER_OPEN'), { retryable: false }), true));
});

t.test('an hour on the clock: forward ends the tries, back adds none', async (t) => {
  for (const [stepMs, tries] of [
    [3_600_000, 2],
    [-3_600_000, 5],
  ] as const) {
    const time = new ManualTime();
    const retry = new Retry({ attempts: 5, backoff: PLAIN }, time);
    let calls = 0;
    const pending = retry
      .run(() => {
        calls++;
        throw passing();
      })
      .catch(() => {});
    await time.advance(0);
    time.step(stepMs);
    await time.advance(10_000);
    await pending;
    t.equal(calls, tries);
  }
});

t.test('a listener that throws changes nothing', async (t) => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  const time = new ManualTime();
  const retry = new Retry(
    {
      backoff: PLAIN,
      onFailedTry: () => {
        throw new Error('listener');
      },
    },
    time,
  );
  const pending = retry.run(({ attempt }) => {
    if (attempt === 1) throw passing();
    return attempt;
  });
  await time.advance(1000);
  t.equal(await pending, 2);
  t.equal((await warned).message, 'listener');
});

t.test('options out of range are named', async (t) => {
  for (const [where, options] of Object.entries({
    attempts: { attempts: 0 },
    totalMs: { totalMs: Number.NaN },
    'backoff.minMs': { backoff: { minMs: -1, maxMs: 1 } },
  })) {
    t.throws(() => new Retry(options), { code: 'ERR_OPTION', where });
  }
  t.throws(() => new RetryBudget({ ratio: -1 }), { code: 'ERR_OPTION', where: 'ratio' });
});
