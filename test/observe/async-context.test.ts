import t from 'tap';
import { startSystem } from '../support/system.js';
import { ContextKeeper } from './fixtures/context-keeper.js';

for (const placement of [0, 1]) {
  for (const metrics of [false, true]) {
    t.test(
      `AsyncLocalStorage works in handlers, on thread ${placement}, metrics ${metrics}`,
      async (t) => {
        const system = await startSystem(t, { threads: 1, metrics });
        const [one, other] = [0, 1].map(() =>
          system.spawn(ContextKeeper, undefined, { placement }),
        );
        const ask = (id: string) => one!.ask({ type: 'visit', id, by: other! });
        const seen = ['in the handler', 'after await', 'after an ask', 'in a timer'];
        for (const id of ['first', 'second']) {
          t.same(
            await ask(id),
            seen.map((where) => `${where}: ${id}`),
          );
        }
        t.equal(await one!.ask({ type: 'look' }), 'none', 'it ends with its scope');
      },
    );
  }
}

t.test('handlers that interleave keep their contexts apart', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const one = system.spawn(ContextKeeper, undefined, { placement: 1 });
  const others = Array.from({ length: 8 }, () =>
    system.spawn(ContextKeeper, undefined, { placement: 1 }),
  );
  const answers = await Promise.all(
    others.map((by, i) => one.ask({ type: 'visit', id: `v${i}`, by })),
  );
  for (const [i, answer] of answers.entries()) {
    t.ok(
      answer.every((line) => line.endsWith(`: v${i}`)),
      answer.join(),
    );
  }
});
