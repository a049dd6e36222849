import t from 'tap';
import {
  CircuitBreaker,
  deadlineAfter,
  isRejected,
  pipeline,
  Retry,
  retryAfterOf,
  shareBreaker,
  Timeout,
} from '#runtime/resilience/index.js';
import { rejection } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { Till } from './fixtures/till.js';

t.test('policies around an ask', async (t) => {
  const system = await startSystem(t);
  const shared = shareBreaker();
  const spawn = (placement: number) => system.spawn(Till, { shared }, { placement });
  const [one, two] = [spawn(1), spawn(2)];

  await t.test('a deadline shrinks from thread to thread', async (t) => {
    const { leftMs, before } = await one.ask({
      type: 'pass',
      deadline: deadlineAfter(100_000),
      to: two,
    });
    t.ok(before! <= 100_000, `${before}`);
    t.ok(leftMs <= before! - 100, `${leftMs} left of ${before}`);
    t.ok(leftMs > 0);
  });

  await t.test('work whose deadline has passed is refused by whoever gets it', async (t) => {
    const deadline = deadlineAfter(0);
    t.match(await rejection(two.ask({ type: 'pay', deadline })), { code: 'ERR_CALL_TIMEOUT' });
  });

  await t.test('an ask without an answer is given up, and may be tried again', async (t) => {
    const attempts: number[] = [];
    const guarded = pipeline({
      retry: new Retry({ attempts: 2, backoff: { minMs: 1, maxMs: 1 } }),
      timeout: new Timeout({ ms: 20 }),
      breaker: new CircuitBreaker(),
    });
    const error = await rejection(
      guarded.run(
        (call) => {
          attempts.push(call.attempt);
          return one.ask({ type: 'hang' }, call.askOptions);
        },
        { idempotent: true },
      ),
    );
    const codes = ['ERR_CALL_TIMEOUT', 'ERR_ASK_TIMEOUT'];
    t.ok(codes.includes((error as unknown as { code: string }).code), String(error));
    t.same(attempts, [1, 2]);
  });

  await t.test('a breaker that opens on one thread is open on the other', async (t) => {
    t.equal(await two.ask({ type: 'guarded', fails: false }), 'paid');
    for (let i = 0; i < 2; i++) {
      const error = await rejection(one.ask({ type: 'guarded', fails: true }));
      t.match(error, { message: 'the service is down' });
    }
    t.equal(await two.ask({ type: 'phase' }), 'open');
    const refusal = await rejection(two.ask({ type: 'guarded', fails: false }));
    t.ok(isRejected(refusal), 'known from another thread, too');
    t.ok(retryAfterOf(refusal)! > 500_000, 'with its time');
  });
});
