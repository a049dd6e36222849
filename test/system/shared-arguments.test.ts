import t from 'tap';
import type { ActorRef, ActorSystem } from '../../runtime/index.js';
import { nextEvent, record } from '../support/events.js';
import { startSystem } from '../support/system.js';
import { Holder, type HolderMessage, HolderParent } from './fixtures/holder.js';

/** Ends a thread and waits until the next one runs. */
async function replace(system: ActorSystem, thread: number): Promise<void> {
  const replaced = nextEvent(system, 'thread-replaced');
  system.killThread(thread);
  await replaced;
}

/** Makes the actor count, and checks that it counts in that memory. */
async function counts(actor: ActorRef<HolderMessage>, words: SharedArrayBuffer): Promise<boolean> {
  const before = new Int32Array(words)[0]!;
  const counted = await actor.ask({ type: 'count' });
  return counted === before + 1 && new Int32Array(words)[0] === counted;
}

t.test(
  'an actor with shared memory among its arguments works on after the death of its thread',
  async (t) => {
    const system = await startSystem(t);
    const damaged = record(system, 'damaged-record');
    const words = new SharedArrayBuffer(8);
    const actor = system.spawn(Holder, { words }, { placement: 1 });
    t.ok(await counts(actor, words));
    for (let round = 0; round < 3; round++) {
      await replace(system, 1);
      t.ok(await counts(actor, words), `after death ${round + 1}`);
    }
    t.same(damaged, []);
  },
);

t.test('and also when its parent lives on another worker thread', async (t) => {
  const system = await startSystem(t);
  const parent = system.spawn(HolderParent, undefined, { placement: 2 });
  const words = new SharedArrayBuffer(8);
  const actor = await parent.ask({ type: 'spawn', words, placement: 1 });
  t.ok(await counts(actor, words));
  for (let round = 0; round < 3; round++) {
    await replace(system, 1);
    t.ok(await counts(actor, words), `after death ${round + 1}`);
  }
});

t.test('shared memory reaches an actor whose thread is only being started', async (t) => {
  const system = await startSystem(t);
  const parent = system.spawn(HolderParent, undefined, { placement: 1 });
  for (let n = 0; n < 3; n++) {
    const words = new SharedArrayBuffer(8);
    const actor = await parent.ask({ type: 'spawn', words, placement: 'pinned' });
    t.ok(await counts(actor, words));
  }
});

t.test('messages with shared memory reach the thread that replaces a dead one', async (t) => {
  const system = await startSystem(t);
  const actor = system.spawn(Holder, { words: new SharedArrayBuffer(8) }, { placement: 1 });
  await replace(system, 1);
  const words = new SharedArrayBuffer(8);
  t.equal(await actor.ask({ type: 'count-in', words }), 1);
  t.equal(new Int32Array(words)[0], 1);
});
