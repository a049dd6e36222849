import t from 'tap';
import type { ActorRef } from '../../runtime/index.js';
import { startSystem } from '../support/system.js';
import { Latch } from './fixtures/latch.js';
import { Oracle, type OracleMessage } from './fixtures/oracle.js';

/** More attempts than one turn of the event loop can take, so that a loop which blocks it ends all the same. */
const MOST_ATTEMPTS = 20_000;

/** Asks again as soon as it is refused, until a timer and what lies in the event loop had their turn. */
async function insist(ask: () => Promise<unknown>): Promise<{ turned: boolean; code: unknown }> {
  let turned = false;
  let code: unknown;
  setTimeout(() => setImmediate(() => (turned = true)), 1);
  for (let i = 0; i < MOST_ATTEMPTS && !turned; i++) {
    await ask().catch((error) => {
      code = error.code;
    });
  }
  return { turned, code };
}

const whereOf = (ref: ActorRef<OracleMessage>) => () => ref.ask({ type: 'where' });

t.test('who asks again at once leaves the event loop its turns', async (t) => {
  const system = await startSystem(t, { threads: 1, deadLetterEvents: 0 });
  const spawn = (capacity: number) =>
    system.spawn(Oracle, undefined, { placement: 0, mailbox: { capacity } });

  await t.test('of an actor that is gone', async (t) => {
    const gone = spawn(10);
    await system.stopActor(gone);
    t.same(await insist(whereOf(gone)), { turned: true, code: 'ERR_NO_SUCH_ACTOR' });
  });

  await t.test('of one whose mailbox is full', async (t) => {
    const latch = system.spawn(Latch, undefined, { placement: 0 });
    const full = spawn(1);
    const held = full.ask({ type: 'hold', latch });
    await latch.ask({ type: 'arrivals', count: 1 });
    const next = full.ask({ type: 'where' });
    t.same(await insist(whereOf(full)), { turned: true, code: 'ERR_MAILBOX_FULL' });
    t.same(
      await insist(() => full.send({ type: 'answer', with: 'nobody' })),
      { turned: true, code: 'ERR_MAILBOX_FULL' },
      'also with send',
    );
    latch.tell({ type: 'open' });
    await Promise.all([held, next]);
  });

  await t.test('with a signal that is aborted', async (t) => {
    const signal = AbortSignal.abort();
    const oracle = spawn(10);
    const { turned, code } = await insist(() => oracle.ask({ type: 'where' }, { signal }));
    t.same({ turned, code }, { turned: true, code: 'ERR_ASK_ABORTED' });
  });

  await t.test('of a system that stops and has stopped', async (t) => {
    const oracle = system.spawn(Oracle, undefined, { placement: 1 });
    const stopped = system.stop();
    const first = await insist(whereOf(oracle));
    t.match(await stopped, { clean: true }, 'the stop goes on beside it');
    t.equal(first.turned, true);
    t.same(await insist(whereOf(oracle)), { turned: true, code: 'ERR_STOPPED' });
  });
});
