import { memoryUsage } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { check } from '../harness.js';
import { type IncMessage, makeOne } from '../loads.js';
import { freshName, type NactRef, startNact } from './nact-api.js';
import { loadXState, type XActor } from './xstate-api.js';

/**
 * One measurement of the memory of a peer's actors, in a process of its own with `--expose-gc`:
 * `memory-probe.js PEER COUNT`. Prints bytes for each actor as JSON, as `../memory-probe.js` does.
 */

const WARM_UP = 1000;
const COLLECTIONS = 4;

/** Makes actors that have handled one message each. Resolves when all have; keeps them alive. */
type Populate = (count: number) => Promise<readonly unknown[]>;

async function nact(): Promise<Populate> {
  const { nact, system } = await startNact();
  return async (count) => {
    const actors: NactRef[] = [];
    let handled = 0;
    for (let i = 0; i < count; i++) {
      const actor = nact.spawn<number, IncMessage>(
        system,
        (state = 0, { n }) => {
          handled++;
          return state + n;
        },
        freshName(),
      );
      nact.dispatch(actor, makeOne());
      actors.push(actor);
    }
    while (handled < count) await setImmediate();
    return actors;
  };
}

async function xstate(): Promise<Populate> {
  const { createActor, fromTransition } = await loadXState();
  const add = fromTransition<number, IncMessage>((sum, { n }) => sum + n, 0);
  return async (count) => {
    const actors: XActor<number, IncMessage>[] = [];
    for (let i = 0; i < count; i++) {
      const actor = createActor(add).start();
      actor.send(makeOne());
      actors.push(actor);
    }
    const sum = actors.reduce((total, actor) => total + actor.getSnapshot().context, 0);
    check(sum === count, () => `${sum} messages were handled`);
    return actors;
  };
}

async function settled(): Promise<NodeJS.MemoryUsage> {
  const collect = (globalThis as { gc?: () => void }).gc;
  check(collect !== undefined, () => 'run with --expose-gc');
  for (let i = 0; i < COLLECTIONS; i++) {
    collect!();
    await setImmediate();
  }
  return memoryUsage();
}

async function probe(populate: Populate, count: number): Promise<void> {
  await populate(WARM_UP);
  const before = await settled();
  const actors = await populate(count);
  const after = await settled();
  check(actors.length === count, () => `${actors.length} actors are there`);
  const rss = (after.rss - before.rss) / count;
  const heap = (after.heapUsed - before.heapUsed) / count;
  process.stdout.write(`${JSON.stringify({ rss, heap })}\n`, () => process.exit(0));
}

const [peer, count = '0'] = process.argv.slice(2);
await probe(await (peer === 'nact' ? nact : xstate)(), Number(count));
