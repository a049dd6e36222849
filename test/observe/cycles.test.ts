import t from 'tap';
import { Simulation } from '../../runtime/testkit/index.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { Clerk } from './fixtures/office.js';

for (const seed of [1, 2, 3]) {
  t.test(
    `actors that wait for each other in a circle are shown as one, seed ${seed}`,
    async (t) => {
      const simulation = await Simulation.start({ threads: 2, seed });
      const { system } = simulation;
      const [a, b, c] = [1, 2, 1].map((placement, i) =>
        system.spawn(Clerk, undefined, { placement, name: `clerk-${i}` }),
      );
      await simulation.run();
      t.equal(await simulation.until(a!.ask({ type: 'chain', path: [b!, c!] })), 2, 'a chain ends');

      const circle = rejection(a!.ask({ type: 'chain', path: [b!, c!, a!] }));
      // Less than it takes until the circle is found and broken.
      await simulation.advance(20);
      const { cycles, waits, tree } = await simulation.until(system.inspect());
      t.same(
        cycles.map((ids) => [...ids].sort()),
        [[a!.id, b!.id, c!.id].sort()],
      );
      t.same(
        waits.map(({ from, to, holds }) => [from, to, holds]).sort(),
        [
          [a!.id, b!.id, true],
          [b!.id, c!.id, true],
          [c!.id, a!.id, true],
        ].sort(),
      );
      t.ok(waits.every(({ forMs }) => forMs >= 0 && forMs <= 50));
      t.ok(tree!.children.every(({ handling }) => handling === 'chain'));

      const error = await simulation.until(circle);
      assertTroupeError(t, error, 'ERR_ASK_CYCLE');
      const after = await simulation.until(system.inspect());
      t.same([after.cycles, after.waits], [[], []]);
      await simulation.stop();
    },
  );
}
