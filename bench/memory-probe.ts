import { memoryUsage } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import type { ActorRef } from 'troupe';
import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { check } from './harness.js';
import { Idle, type IdleMessage } from './memory-actors.js';
import { assertConserved, startSystem } from './system.js';

/**
 * One measurement of memory, in a process of its own with `--expose-gc`: `memory-probe.js SUBJECT COUNT`.
 * Prints the growth of the resident set and of the heap, in bytes for each actor, as JSON.
 */

/** Actors made before the measurement, so that code and tables of the runtime have their size. */
const WARM_UP = 1000;
const COLLECTIONS = 4;
/** Objects that bring the young generation to its full size: it is the process's, and would count as the actors'. */
const YOUNG_COUNT = 600_000;
const YOUNG_ALIVE = 50_000;

interface Usage {
  readonly rss: number;
  readonly heapUsed: number;
}

async function settled(): Promise<Usage> {
  const collect = (globalThis as { gc?: () => void }).gc;
  check(collect !== undefined, () => 'run with --expose-gc');
  fillYoungGeneration();
  for (let i = 0; i < COLLECTIONS; i++) {
    collect!();
    await setImmediate();
  }
  return memoryUsage();
}

function fillYoungGeneration(): void {
  let alive: { readonly n: readonly number[] }[] = [];
  for (let i = 0; i < YOUNG_COUNT; i++) {
    if (alive.length === YOUNG_ALIVE) alive = [];
    alive.push({ n: [i] });
  }
}

function report(before: Usage, after: Usage, count: number): void {
  const rss = (after.rss - before.rss) / count;
  const heap = (after.heapUsed - before.heapUsed) / count;
  process.stdout.write(`${JSON.stringify({ rss, heap })}\n`);
}

async function troupe(count: number): Promise<void> {
  const system = await startSystem({ threads: 0 });
  const populate = async (into: ActorRef<IdleMessage>[], size: number): Promise<void> => {
    for (let i = 0; i < size; i++) {
      const actor = system.spawn(Idle, i, { placement: 0 });
      actor.tell({ type: 'inc', n: 1 });
      into.push(actor);
      if (i % 1000 === 999) await setImmediate();
    }
    await assertConserved(system);
  };
  await populate([], WARM_UP);
  const before = await settled();
  const actors: ActorRef<IdleMessage>[] = [];
  await populate(actors, count);
  const after = await settled();
  report(before, after, count);
  const last = await actors[count - 1]!.ask({ type: 'get' });
  check(last === count, () => `the last actor has ${last}, not ${count}`);
  await system.stop();
}

async function array(count: number): Promise<void> {
  const scheduler = new ArrayScheduler<{ readonly n: number }>();
  const populate = (into: ArrayActor<{ readonly n: number }>[], size: number): number => {
    let handled = 0;
    for (let i = 0; i < size; i++) {
      const state = { n: i };
      const actor = new ArrayActor<{ readonly n: number }>(scheduler, ({ n }) => {
        state.n += n;
        handled++;
      });
      actor.tell({ n: 1 });
      into.push(actor);
      if (i % 1000 === 999) scheduler.run();
    }
    scheduler.run();
    return handled;
  };
  populate([], WARM_UP);
  const before = await settled();
  const actors: ArrayActor<{ readonly n: number }>[] = [];
  const handled = populate(actors, count);
  const after = await settled();
  report(before, after, count);
  check(handled === count && actors.length === count, () => `${handled} messages were handled`);
}

const [subject, count = '0'] = process.argv.slice(2);
await (subject === 'array' ? array : troupe)(Number(count));
