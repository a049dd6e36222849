import t from 'tap';
import type { TracedMessage } from '../../runtime/index.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Clerk } from './fixtures/office.js';

for (const metrics of [false, true]) {
  for (const placement of [0, 1]) {
    t.test(
      `messages of one actor are told, on thread ${placement}, metrics ${metrics}`,
      async (t) => {
        const system = await startSystem(t, { metrics });
        const [one, other] = [0, 1].map(() => system.spawn(Clerk, undefined, { placement }));
        await Promise.all([system.started(one!), system.started(other!)]);
        const told: TracedMessage[] = [];
        const off = await system.trace(one!, (message) => told.push(message));
        one!.tell({ type: 'note', text: 'hello' });
        other!.tell({ type: 'note', text: 'hello' });
        t.equal(await one!.ask({ type: 'count' }), 1);
        one!.tell({ type: 'fail' });
        t.equal(await one!.ask({ type: 'count' }), 0);
        await until('all are told', () => told.length === 4);
        t.match(told, [
          {
            type: 'note',
            isAsk: false,
            outcome: 'done',
            message: "{ type: 'note', text: 'hello' }",
          },
          { type: 'count', isAsk: true, outcome: 'done' },
          { type: 'fail', outcome: 'failed', incarnation: 0 },
          { type: 'count', outcome: 'done', incarnation: 1 },
        ]);
        t.ok(told.every(({ id, tookMs }) => id === one!.id && tookMs >= 0));
        await off();
        await off();
        one!.tell({ type: 'note', text: 'unseen' });
        t.equal(await one!.ask({ type: 'count' }), 1, 'it works on');
        t.equal(await other!.ask({ type: 'count' }), 1);
        t.equal(told.length, 4, 'nothing is told any more');
        const kinds = system.figures().kinds.filter(({ kind }) => kind === 'Clerk');
        if (metrics) t.equal(kinds[0]?.messages, 8, 'each counts once, traced or not');
      },
    );
  }
}

t.test('a trace keeps the behaviour of the actor, and sees what it becomes', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  clerk.tell({ type: 'learn' });
  clerk.tell({ type: 'note', text: 'x' });
  t.equal(await clerk.ask({ type: 'count' }), 10);
  const told: string[] = [];
  const off = await system.trace(clerk, ({ type }) => told.push(type));
  clerk.tell({ type: 'note', text: 'x' });
  t.equal(await clerk.ask({ type: 'count' }), 20, 'still trained');
  await off();
  clerk.tell({ type: 'note', text: 'x' });
  t.equal(await clerk.ask({ type: 'count' }), 30, 'and after the trace');
  t.same(told, ['note', 'count']);
});

t.test('long messages are cut, and a flood is told of by its number', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  await system.started(clerk);
  const told: TracedMessage[] = [];
  await system.trace(clerk, (message) => told.push(message));
  clerk.tell({ type: 'note', text: 'y'.repeat(10_000) });
  for (let i = 0; i < 5000; i++) clerk.tell({ type: 'note', text: 'x' });
  t.equal(await clerk.ask({ type: 'count' }), 5001);
  await until('they arrive', () => told.length >= 1000);
  t.ok(told[0]!.message.length <= 200);
  // A window ends: the next message says how many were not told.
  await until('the rest is told as a number', () => {
    clerk.tell({ type: 'note', text: 'z' });
    return told.some(({ suppressed }) => suppressed > 0);
  });
});

t.test('nobody is traced who is not there', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  await system.stopActor(clerk);
  const listener = (): void => void t.fail('told of a dead actor');
  assertTroupeError(t, await rejection(system.trace(clerk, listener)), 'ERR_NO_SUCH_ACTOR');
});
