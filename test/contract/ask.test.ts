import t from 'tap';
import { deadLetters } from '../support/conservation.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { until, untilAsync } from '../support/turns.js';
import { Latch } from './fixtures/latch.js';
import { Oracle } from './fixtures/oracle.js';

for (const { where, placement } of PLACES) {
  t.test(`ask, ${where}`, async (t) => {
    const system = await startSystem(t, { supervision: { intensity: 100 } });
    const oracle = () => system.spawn(Oracle, undefined, { placement });
    const latch = () => system.spawn(Latch, undefined, { placement: 0 });

    await t.test('resolves with the reply, also an empty one', async (t) => {
      t.equal(await oracle().ask({ type: 'void' }), undefined);
    });

    await t.test('deadline always: that of the call', async (t) => {
      const late = await rejection(oracle().ask({ type: 'later' }, { timeoutMs: 20 }));
      assertTroupeError(t, late, 'ERR_ASK_TIMEOUT', 'no reply within 20 ms');
    });

    await t.test(
      'the timeout error names the target, its state, queue, and what it does',
      async (t) => {
        const gate = latch();
        const named = system.spawn(Oracle, undefined, { placement, name: `busy-${placement}` });
        const held = named.ask({ type: 'hold', latch: gate });
        await gate.ask({ type: 'arrivals', count: 1 });
        await named.send({ type: 'answer', with: 'nobody' });
        const late = await rejection(named.ask({ type: 'where' }, { timeoutMs: 400 }));
        assertTroupeError(
          t,
          late,
          'ERR_ASK_TIMEOUT',
          'no reply within 400 ms',
          "Oracle is running, waiting in 'hold', 2 messages queued",
          `/user/busy-${placement}`,
          'mend',
        );
        gate.tell({ type: 'open' });
        t.equal(await held, 'held');
      },
    );

    await t.test('AbortSignal accepted: before, while waiting, and after', async (t) => {
      const target = oracle();
      const early = AbortSignal.abort(new Error('no more'));
      const sentBefore = system.metrics().total.sent;
      const error = await rejection(target.ask({ type: 'where' }, { signal: early }));
      assertTroupeError(t, error, 'ERR_ASK_ABORTED');
      t.match(error.cause, { message: 'no more' }, 'with the reason of the signal');
      t.equal(system.metrics().total.sent, sentBefore, 'nothing was sent');
      const controller = new AbortController();
      const { signal } = controller;
      const waiting = rejection(target.ask({ type: 'later' }, { signal }));
      t.type(await target.ask({ type: 'where' }, { signal }), 'string');
      controller.abort();
      assertTroupeError(t, await waiting, 'ERR_ASK_ABORTED');
    });

    await t.test('late replies are dropped and counted', async (t) => {
      const target = oracle();
      const before = system.metrics().total.lateReplies;
      await rejection(target.ask({ type: 'later' }, { timeoutMs: 10 }));
      target.tell({ type: 'answer', with: 'too late' });
      await until('it is counted', () => system.metrics().total.lateReplies === before + 1);
      t.equal(await target.ask({ type: 'void' }), undefined, 'and nobody else gets it');
    });

    await t.test('an answer may come later, from the actor itself; the first counts', async (t) => {
      const target = oracle();
      const before = system.metrics().total.lateReplies;
      const asked = target.ask({ type: 'later' });
      target.tell({ type: 'answer', with: 'first' });
      target.tell({ type: 'answer', with: 'second' });
      t.equal(await asked, 'first');
      await until('the second is counted', () => system.metrics().total.lateReplies === before + 1);
    });

    await t.test('an answer may be a failure', async (t) => {
      const target = oracle();
      const asked = rejection(target.ask({ type: 'later' }));
      target.tell({ type: 'refuse', with: 'out of range' });
      const error = await asked;
      t.ok(error instanceof RangeError);
      t.equal(error.message, 'out of range');
    });

    await t.test(
      'what is returned or thrown beside a kept requester answers: the first counts',
      async (t) => {
        const target = oracle();
        t.equal(await target.ask({ type: 'later-and-now', how: 'return' }), 'after all');
        const error = await rejection(target.ask({ type: 'later-and-now', how: 'throw' }));
        t.ok(error instanceof RangeError);
      },
    );

    for (const elsewhere of [0, 1, 2]) {
      await t.test(`the requester may be sent to an actor on thread ${elsewhere}`, async (t) => {
        const other = system.spawn(Oracle, undefined, { placement: elsewhere });
        const asked = oracle().ask({ type: 'delegate', to: other });
        await untilAsync('the other has it', async () => {
          other.tell({ type: 'answer', with: 'from elsewhere' });
          return (await Promise.race([asked, other.ask({ type: 'where' })])) === 'from elsewhere';
        });
        t.equal(await asked, 'from elsewhere');
      });

      await t.test(
        `a request may be passed on to thread ${elsewhere}, over and over`,
        async (t) => {
          const name = `other-${placement}-${elsewhere}`;
          const other = system.spawn(Oracle, undefined, { placement: elsewhere, name });
          t.equal(await oracle().ask({ type: 'hand-on', to: other, hops: 0 }), `/user/${name}`);
          t.match(await oracle().ask({ type: 'hand-on', to: other, hops: 7 }), /^\//);
          const asked = oracle().ask({ type: 'hand-on-as-later', to: other });
          await untilAsync('the other has it', async () => {
            other.tell({ type: 'answer', with: 'passed on' });
            return (await Promise.race([asked, other.ask({ type: 'where' })])) === 'passed on';
          });
        },
      );
    }

    await t.test('a request passed on to a dead actor fails its asker', async (t) => {
      const dead = oracle();
      await system.stopActor(dead);
      const error = await rejection(oracle().ask({ type: 'hand-on', to: dead, hops: 0 }));
      assertTroupeError(t, error, 'ERR_NO_SUCH_ACTOR', "'where'");
    });

    await t.test('NO_REPLY without anybody to answer is an error for the asker', async (t) => {
      const error = await rejection(oracle().ask({ type: 'forget' }));
      assertTroupeError(t, error, 'ERR_CONTEXT', "'forget'", 'nobody will answer', 'ctx.requester');
    });

    await t.test('a dead actor, and a type nobody handles, fail at once', async (t) => {
      const target = oracle();
      const unhandled = await rejection(target.ask({ type: 'no such' } as never));
      assertTroupeError(t, unhandled, 'ERR_UNHANDLED', "'no such'");
      await system.stopActor(target);
      const gone = await rejection(target.ask({ type: 'where' }));
      assertTroupeError(t, gone, 'ERR_NO_SUCH_ACTOR', "'where'");
      t.ok(deadLetters(system, 'unhandled') > 0);
    });

    await t.test(
      'an actor that fails or is killed with a request in hand fails its asker',
      async (t) => {
        const gate = latch();
        const faulty = oracle();
        const first = await rejection(faulty.ask({ type: 'fault', latch: gate }));
        assertTroupeError(t, first, 'ERR_ACTOR_FAILED', "'fault'", 'nobody awaits this');
        const killed = system.spawn(Oracle, undefined, { placement, shutdownMs: 'kill' });
        const second = rejection(killed.ask({ type: 'hold', latch: gate }));
        await gate.ask({ type: 'arrivals', count: 1 });
        t.same(await system.stopActor(killed), { type: 'killed' });
        assertTroupeError(t, await second, 'ERR_ACTOR_FAILED', "'hold'");
      },
    );
  });
}

t.test('deadline always: that of the system when the call gives none', async (t) => {
  const system = await startSystem(t, { askTimeoutMs: 25 });
  for (const { placement } of PLACES) {
    const oracle = system.spawn(Oracle, undefined, { placement });
    await system.started(oracle);
    const late = await rejection(oracle.ask({ type: 'later' }));
    assertTroupeError(t, late, 'ERR_ASK_TIMEOUT', 'no reply within 25 ms');
  }
});

t.test('the timeout error names the handler that blocks a thread', async (t) => {
  const system = await startSystem(t);
  const oracle = system.spawn(Oracle, undefined, { placement: 1 });
  await system.started(oracle);
  const gate = new SharedArrayBuffer(4);
  oracle.tell({ type: 'block', until: gate });
  const late = await rejection(oracle.ask({ type: 'where' }, { timeoutMs: 100 }));
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
  assertTroupeError(t, late, 'ERR_ASK_TIMEOUT', "thread 1 is busy with Oracle, message 'block'");
});

t.test('the end of the system fails who still waits', async (t) => {
  const system = await startSystem(t);
  const oracles = PLACES.map(({ placement }) => system.spawn(Oracle, undefined, { placement }));
  const waiting = oracles.map((oracle) => rejection(oracle.ask({ type: 'later' })));
  // Answered after the others have been heard: those that come too late would fail in another way.
  await Promise.all(oracles.map((oracle) => oracle.ask({ type: 'where' })));
  await system.stop({ deadlineMs: 300 });
  for (const error of await Promise.all(waiting)) assertTroupeError(t, error, 'ERR_STOPPED');
});
