import { threadId } from 'node:worker_threads';
import t from 'tap';
import { assertTroupeError, rejection } from '../support/errors.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { Clerk, Endless, Exit, Fail, NoJob, Sum } from './fixtures/jobs.js';

for (const { where, placement } of PLACES) {
  t.test(`ctx.offload, from an actor ${where}`, async (t) => {
    const system = await startSystem(t);
    const clerk = system.spawn(Clerk, undefined, { placement });
    const offload = (
      job: 'Sum' | 'Fail' | 'Endless' | 'Exit' | 'NoJob',
      args: unknown,
      timeoutMs = 5000,
    ) => clerk.ask({ type: 'offload', job, args, timeoutMs }, { timeoutMs: 10_000 });

    await t.test('the result of a job, run on a thread of its own', async (t) => {
      const { value } = await offload('Sum', { n: 10 });
      const { sum, threadId: where } = value as { sum: number; threadId: number };
      t.equal(sum, 55);
      t.not(where, await clerk.ask({ type: 'thread' }), 'not the thread of the actor');
      t.not(where, threadId);
    });

    await t.test('what a job throws, with class, code and cause', async (t) => {
      const { error } = await offload('Fail', 'range');
      t.ok(error instanceof RangeError);
      t.match(error, { message: 'out of range' });
      const other = (await offload('Fail', 'caused')) as { error: Error };
      t.match(other.error, { message: 'outer', code: 'E_JOB' });
      t.ok(other.error.cause instanceof TypeError);
    });

    await t.test('a job that does not end in time is stopped, and the actor goes on', async (t) => {
      const endless = offload('Endless', undefined, 150);
      t.type(await clerk.ask({ type: 'thread' }), 'number');
      const { error } = await endless;
      assertTroupeError(t, error, 'ERR_OFFLOAD', 'longer than 150 ms', 'Endless');
      t.match(await offload('Sum', { n: 2 }), { value: { sum: 3 } }, 'the pool goes on');
    });

    await t.test('a job that ends its thread, and one that is none', async (t) => {
      assertTroupeError(t, (await offload('Exit', undefined)).error, 'ERR_OFFLOAD', 'Exit');
      assertTroupeError(t, (await offload('NoJob', undefined)).error, 'ERR_DEFINITION', 'NoJob');
    });
  });
}

t.test('system.offload: from outside of actors', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  t.equal((await system.offload(Sum, { n: 4 })).sum, 10);
  const error = await rejection(system.offload(Fail, 'range'));
  t.ok(error instanceof RangeError);
  assertTroupeError(
    t,
    await rejection(system.offload(Endless, undefined, { timeoutMs: 100 })),
    'ERR_OFFLOAD',
  );
  assertTroupeError(t, await rejection(system.offload(Exit, undefined)), 'ERR_OFFLOAD');
  assertTroupeError(t, await rejection(system.offload(NoJob, undefined)), 'ERR_DEFINITION');
  const args = { n: (() => 1) as never };
  const unsendable = await rejection(system.offload(Sum, args));
  assertTroupeError(t, unsendable, 'ERR_NOT_SENDABLE');
});
