import t from 'tap';
import type { StopReport } from '../../runtime/index.js';
import { nextEvent } from '../support/events.js';
import { PLACES } from '../support/places.js';
import { type Cleanup, startSystem } from '../support/system.js';
import { Keeper, type KeeperArgs } from './fixtures/keeper.js';

const DEADLINE_MS = 1500;

/** Spawns a keeper and stops the system. */
async function stopWith(t: Cleanup, placement: number, how: Omit<KeeperArgs, 'words'>) {
  const system = await startSystem(t);
  const words = new Int32Array(new SharedArrayBuffer(4));
  const spawn = { placement, shutdownMs: 'infinity' } as const;
  const keeper = system.spawn(Keeper, { words, ...how }, spawn);
  await keeper.ask({ type: 'ready' });
  const report = await system.stop({ deadlineMs: DEADLINE_MS });
  return { report, flushCount: words[0] };
}

const phaseOf = ({ phases }: StopReport) => phases.find(({ phase }) => phase === 'flush-journals')!;

for (const { where, placement } of PLACES) {
  t.test(`flushed at the stop, ${where}`, async (t) => {
    await t.test('what its actor has flushed is not flushed again', async (t) => {
      const { report, flushCount } = await stopWith(t, placement, {
        flush: 'well',
        stop: 'flushes',
      });
      t.ok(report.clean);
      t.equal(flushCount, 0);
    });

    await t.test('what an actor that does not end has left open is', async (t) => {
      const { report, flushCount } = await stopWith(t, placement, { flush: 'well', stop: 'hangs' });
      t.equal(flushCount, 1, 'once');
      t.match(phaseOf(report), { completed: true });
      t.equal(report.clean, false, 'the actor did not end');
    });

    await t.test('a failure is told', async (t) => {
      const { report } = await stopWith(t, placement, { flush: 'fails', stop: 'hangs' });
      t.match(phaseOf(report), { completed: false });
      t.match(report.alive.join(), `thread ${placement}: not flushed: RangeError: no room left`);
    });

    await t.test('one that never ends does not hold the stop beyond its deadline', async (t) => {
      const { report, flushCount } = await stopWith(t, placement, {
        flush: 'hangs',
        stop: 'hangs',
      });
      t.equal(flushCount, 1);
      t.match(phaseOf(report), { completed: false });
      t.ok(report.phases.at(-1)!.phase === 'threads-down');
    });
  });
}

t.test('of a thread that was replaced, what its successor has open is flushed', async (t) => {
  const system = await startSystem(t);
  const words = new Int32Array(new SharedArrayBuffer(4));
  const args = { words, flush: 'well', stop: 'hangs' } as const;
  const options = { placement: 1, restart: 'permanent', shutdownMs: 'infinity' } as const;
  const keeper = system.spawn(Keeper, args, options);
  await keeper.ask({ type: 'ready' });
  const replaced = nextEvent(system, 'thread-replaced');
  system.killThread(1);
  await replaced;
  await keeper.ask({ type: 'ready' });
  const report = await system.stop({ deadlineMs: DEADLINE_MS });
  t.equal(words[0], 1);
  t.match(phaseOf(report), { completed: true });
});

t.test('a thread that has ended before is not waited for', async (t) => {
  const system = await startSystem(t);
  const words = new Int32Array(new SharedArrayBuffer(4));
  const args = { words, flush: 'well', stop: 'flushes' } as const;
  const keeper = system.spawn(Keeper, args, { placement: 'pinned' });
  await keeper.ask({ type: 'ready' });
  await system.stopActor(keeper);
  const report = await system.stop({ deadlineMs: 60_000 });
  t.ok(report.clean, JSON.stringify(report));
});
