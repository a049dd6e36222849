import t from 'tap';
import type { ActorRef } from '../../runtime/index.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { untilAsync } from '../support/turns.js';
import { Caller, type CallerMessage, type How, InterleavingCaller } from './fixtures/caller.js';
import { Latch } from './fixtures/latch.js';

const PROMISE = 'a cycle of asks that would deadlock is detected and fails with the chain printed';

/** Threads of the actors a, b and c. */
const LAYOUTS = [
  { where: 'all on the main thread', threads: [0, 0, 0] },
  { where: 'all on one worker', threads: [1, 1, 1] },
  { where: 'main and two workers', threads: [0, 1, 2] },
  { where: 'two workers', threads: [1, 2, 1] },
] as const;

const HOWS: readonly How[] = ['ctx.ask', 'ref.ask', 'late ref.ask', 'late ctx.ask'];

/** All rotations of a cycle of names: whose ask fails first is not promised. */
function chains(names: readonly string[]): RegExp {
  const rotations = names.map((_, index) => {
    const around = [...names.slice(index), ...names.slice(0, index)];
    return [...around, around[0]].map((name) => `/user/${name}`).join(' -> ');
  });
  return new RegExp(rotations.join('|'));
}

for (const { where, threads } of LAYOUTS) {
  t.test(`${PROMISE}, ${where}`, async (t) => {
    const system = await startSystem(t, { supervision: { intensity: 100 } });
    let round = 0;
    const spawnThree = () => {
      round++;
      return threads.map((placement, index) =>
        system.spawn(Caller, undefined, { placement, name: `${'abc'[index]}${round}` }),
      ) as [ActorRef<CallerMessage>, ActorRef<CallerMessage>, ActorRef<CallerMessage>];
    };
    const names = (...letters: string[]) => letters.map((letter) => `${letter}${round}`);

    for (const how of HOWS) {
      await t.test(`an actor that asks itself, by ${how}`, async (t) => {
        const [a] = spawnThree();
        const error = await rejection(a.ask({ type: 'call', chain: [a], how }));
        assertTroupeError(
          t,
          error,
          'ERR_ASK_CYCLE',
          chains(names('a')),
          'mend: tell instead of ask',
        );
      });

      await t.test(`a asks b asks a, by ${how}`, async (t) => {
        const [a, b] = spawnThree();
        const error = await rejection(a.ask({ type: 'call', chain: [b, a], how }));
        assertTroupeError(t, error, 'ERR_ASK_CYCLE', chains(names('a', 'b')));
      });

      await t.test(`a asks b asks c asks a, by ${how}`, async (t) => {
        const [a, b, c] = spawnThree();
        const error = await rejection(a.ask({ type: 'call', chain: [b, c, a], how }));
        assertTroupeError(t, error, 'ERR_ASK_CYCLE', chains(names('a', 'b', 'c')));
      });

      await t.test(`two that ask each other at once, by ${how}`, async (t) => {
        const [a, b] = spawnThree();
        const latch = system.spawn(Latch, undefined, { placement: 0 });
        const crossing = [
          a.ask({ type: 'call-when-open', latch, chain: [b], how }),
          b.ask({ type: 'call-when-open', latch, chain: [a], how }),
        ];
        await latch.ask({ type: 'arrivals', count: 2 });
        latch.tell({ type: 'open' });
        const outcomes = await Promise.allSettled(crossing);
        const errors = outcomes.flatMap((each) =>
          each.status === 'rejected' ? [each.reason] : [],
        );
        t.ok(errors.length > 0, 'at least one of the two fails');
        for (const error of errors) {
          assertTroupeError(t, error, 'ERR_ASK_CYCLE', chains(names('a', 'b')));
        }
      });
    }

    await t.test('a wait behind somebody else is no cycle', async (t) => {
      const [a, b, c] = spawnThree();
      const latch = system.spawn(Latch, undefined, { placement: 0 });
      const waits = c.ask({ type: 'wait', latch });
      await latch.ask({ type: 'arrivals', count: 1 });
      const call = a.ask({ type: 'call', chain: [b, c], how: 'ctx.ask' });
      await untilAsync('b waits', async () => (await system.inspect(b))?.handling === 'call');
      // Longer than it takes until cycles are looked for.
      await rejection(b.ask({ type: 'ping' }, { timeoutMs: 200 }));
      latch.tell({ type: 'open' });
      t.same(await Promise.all([waits, call]), ['waited', 'end']);
    });

    await t.test('a cycle through an interleaving actor is no deadlock', async (t) => {
      const [a] = spawnThree();
      const free = system.spawn(InterleavingCaller, undefined, { placement: threads[1] });
      const call = free.ask({ type: 'call', chain: [a, free], how: 'ctx.ask' });
      t.equal(await call, 'end');
      t.equal(await free.ask({ type: 'call', chain: [free], how: 'ctx.ask' }), 'end');
    });
  });
}

t.test('cycles are found through ctx.ask also without the attribution of promises', async (t) => {
  const system = await startSystem(t, { attributePromises: false });
  const a = system.spawn(Caller, undefined, { placement: 0, name: 'a' });
  const b = system.spawn(Caller, undefined, { placement: 1, name: 'b' });
  const error = await rejection(a.ask({ type: 'call', chain: [b, a], how: 'late ctx.ask' }));
  assertTroupeError(t, error, 'ERR_ASK_CYCLE', chains(['a', 'b']));
});
