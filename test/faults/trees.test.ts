import t from 'tap';
import type { ActorSystem } from '../../runtime/index.js';
import { conserves, eventually } from '../contract/fixtures-b/kit.js';
import { Census, Level } from './support/deep-tree.js';
import { ms, scaled } from './support/scale.js';
import { startFor } from './support/started.js';
import { Crown } from './support/wide-tree.js';

const DEPTH = scaled(200, 1000);
const WIDTH = scaled(5000, 100_000);
const LIMIT_MS = scaled(15_000, 120_000);

/** Threads that the levels of a deep tree, or the children of a wide one, go round. */
const LAYOUTS: readonly { readonly where: string; readonly threads: readonly number[] }[] = [
  { where: 'on one thread', threads: [1] },
  { where: 'on three threads in turn', threads: [1, 2, 0] },
];

/** Resolves when exactly so many actors have ended, on all threads. */
async function ended(system: ActorSystem, count: number): Promise<void> {
  const terminated = (): number => system.metrics().total.terminated;
  await eventually(`${count} have ended`, () => terminated() >= count);
  if (terminated() !== count) throw new Error(`${terminated()} have ended, more than ${count}`);
}

for (const { where, threads } of LAYOUTS) {
  t.test(
    `a tree of ${DEPTH} levels ${where} stops completely, from the leaf to the root`,
    async (t) => {
      const { system } = await startFor(t);
      const census = system.spawn(Census, null, { placement: 0 });
      const began = performance.now();
      const args = { level: 1, depth: DEPTH, census, threads };
      const root = system.spawn(Level, args, { placement: threads[0]!, shutdownMs: 'infinity' });
      await eventually('all levels have started', async () => {
        return (await census.ask({ type: 'count' })).born === DEPTH;
      });
      const grownMs = performance.now() - began;
      const stopping = performance.now();
      t.match(await system.stopActor(root), { type: 'shutdown' });
      const stoppedMs = performance.now() - stopping;
      await eventually('all have said so', async () => {
        return (await census.ask({ type: 'count' })).gone === DEPTH;
      });
      const { disorder } = await census.ask({ type: 'count' });
      // Those of one thread; what two threads tell a third has no order.
      if (threads.length === 1) t.equal(disorder, 0, 'the lower ones first');
      await ended(system, DEPTH);
      t.ok(conserves(system).holds, conserves(system).says);

      const again = system.spawn(Level, args, { placement: threads[0]!, shutdownMs: 'infinity' });
      await eventually('all have started again', async () => {
        return (await census.ask({ type: 'count' })).born === 2 * DEPTH;
      });
      t.not(again.id, root.id);
      const systemStopping = performance.now();
      const report = await system.stop({ deadlineMs: LIMIT_MS });
      t.match(report, { clean: true, alive: [], killedThreads: [] });
      t.comment(
        `${DEPTH} levels ${where}: started in ${ms(grownMs)}, stopped in ${ms(stoppedMs)}, ` +
          `stopped with the system in ${ms(performance.now() - systemStopping)}`,
      );
    },
  );

  t.test(
    `a supervisor of ${WIDTH} children ${where} starts, prunes and stops them all`,
    async (t) => {
      const { system } = await startFor(t);
      const options = { placement: 1, shutdownMs: 'infinity' } as const;
      const crown = system.spawn(Crown, { threads }, options);
      const timeoutMs = LIMIT_MS;
      const began = performance.now();
      t.equal(await crown.ask({ type: 'grow', count: WIDTH }, { timeoutMs }), WIDTH);
      t.equal(await crown.ask({ type: 'started' }, { timeoutMs }), WIDTH);
      const grownMs = performance.now() - began;
      const pruning = performance.now();
      const half = WIDTH / 2;
      t.equal(await crown.ask({ type: 'prune', count: half }, { timeoutMs }), half);
      await ended(system, half);
      const prunedMs = performance.now() - pruning;
      t.equal(await crown.ask({ type: 'size' }, { timeoutMs }), half);
      const stopping = performance.now();
      t.match(await system.stopActor(crown), { type: 'shutdown' });
      const stoppedMs = performance.now() - stopping;
      await ended(system, WIDTH + 1);

      const again = system.spawn(Crown, { threads }, options);
      await again.ask({ type: 'grow', count: WIDTH }, { timeoutMs });
      await again.ask({ type: 'started' }, { timeoutMs });
      const systemStopping = performance.now();
      const report = await system.stop({ deadlineMs: LIMIT_MS });
      t.match(report, { clean: true, alive: [], killedThreads: [] });
      t.comment(
        `${WIDTH} children ${where}: started in ${ms(grownMs)}, half pruned in ${ms(prunedMs)}, the ` +
          `other half stopped in ${ms(stoppedMs)}, all with the system in ${ms(performance.now() - systemStopping)}`,
      );
    },
  );
}
