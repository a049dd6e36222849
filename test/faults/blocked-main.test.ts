import t from 'tap';
import type { ActorSystem } from '../../runtime/index.js';
import { eventually } from '../contract/fixtures-b/kit.js';
import { Pump } from './support/pump.js';
import { ms, scaled } from './support/scale.js';
import { startFor } from './support/started.js';
import { Witness } from './support/witness.js';

const BLOCK_MS = scaled(2000, 10_000);
const LOOK_MS = 200;

/** Blocks the event loop of this thread, and reads the counters of the others meanwhile. */
function block(system: ActorSystem, onBegin: () => void): number[] {
  const handled = (): number => system.metrics().total.handled;
  const gains: number[] = [];
  const until = performance.now() + BLOCK_MS;
  onBegin();
  while (performance.now() < until) {
    const before = handled();
    const lookedMs = performance.now();
    while (performance.now() - lookedMs < LOOK_MS);
    gains.push(handled() - before);
  }
  return gains;
}

for (const dies of [false, true]) {
  const also = dies ? ', also when one of them dies meanwhile' : '';
  t.test(`the main thread blocks and the workers go on with each other${also}`, async (t) => {
    const { system, events } = await startFor(t, { threads: 3 });
    const witnesses = [1, 2].map((placement) => system.spawn(Witness, {}, { placement }));
    const pumps = [1, 2].map((placement) => {
      const peer = witnesses[2 - placement]!;
      return system.spawn(Pump, { id: placement, targets: [peer], peer }, { placement });
    });
    const victim = system.spawn(Witness, {}, { placement: 3 });
    await victim.ask({ type: 'report' });
    for (const pump of pumps) pump.tell({ type: 'begin' });
    await eventually('they talk', async () => {
      return (await witnesses[0]!.ask({ type: 'report' })).seenCount > 100;
    });

    if (dies) victim.tell({ type: 'end-thread', by: 'process.exit' });
    // One turn, so that the order has left this thread.
    await new Promise((resolve) => setImmediate(resolve));
    const gains = block(system, () => t.equal(events.seen('thread-died').length, 0));
    const freed = performance.now();
    t.notOk(gains.slice(1).includes(0), `they never paused: ${gains.join(' ')} messages`);

    t.equal((await victim.ask({ type: 'report' })).incarnation, dies ? 1 : 0);
    if (dies) {
      t.match(await events.until('thread-replaced'), { thread: 3 });
      t.comment(
        `the death of a thread was answered ${ms(performance.now() - freed)} after the block`,
      );
    }
    for (const pump of pumps) pump.tell({ type: 'end' });
    const reports = await Promise.all(pumps.map((pump) => pump.ask({ type: 'report' })));
    for (const [index, { sentCount, failures }] of reports.entries()) {
      t.same(failures, []);
      const seen = await witnesses[1 - index]!.ask({ type: 'report' });
      t.match(seen, { incarnation: 0, gapCount: 0, seenCount: sentCount });
    }
    const slowest = Math.max(...reports.map(({ slowestMs }) => slowestMs));
    const total = gains.reduce((sum, gain) => sum + gain, 0);
    t.comment(`${total} messages handled in ${ms(BLOCK_MS)}; slowest answer ${ms(slowest)}`);
    t.equal(events.seen('thread-died').length, dies ? 1 : 0);
    t.match(await system.stop(), { clean: true });
  });
}
