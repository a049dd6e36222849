import t from 'tap';
import type { SystemOptions } from '../../runtime/index.js';
import { ms } from './support/scale.js';
import { Scene } from './support/scene.js';
import type { ThreadFault } from './support/thread-fault.js';

interface Cause {
  readonly name: string;
  /** What the victim does; undefined when the thread is ended from outside. */
  readonly fault?: ThreadFault;
  readonly options?: SystemOptions;
  /** What the error of the death says. */
  readonly says: RegExp;
}

/** On a slow machine the loading of a module may be worth a warning, too. */
function isEndless({ message }: { message: string | undefined }): boolean {
  return message === 'end-thread';
}

// Enough for what waits in the rings when the next thread begins, on a slow machine, too.
const SMALL_HEAP = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };
const REJECTED = /rejected in a callback of its own/;

const CAUSES: readonly Cause[] = [
  { name: 'uncaught throw', fault: 'uncaught throw', says: /thrown in a callback of its own/ },
  { name: 'unhandled rejection', fault: 'unhandled rejection', says: REJECTED },
  {
    name: 'unhandled rejection, without the attribution of promises',
    fault: 'unhandled rejection',
    options: { attributePromises: false },
    says: REJECTED,
  },
  { name: 'process.exit', fault: 'process.exit', says: /exit/ },
  {
    name: 'heap limit',
    fault: 'heap limit',
    options: { resourceLimits: SMALL_HEAP },
    says: /memory/,
  },
  { name: 'terminate', says: /./ },
  {
    name: 'endless loop',
    fault: 'endless loop',
    options: { watchdog: { warnMs: 200, killMs: 1000 } },
    says: /./,
  },
];

for (const { name, fault, options, says } of CAUSES) {
  t.test(
    `a thread dies under traffic by ${name}: one restart, and nobody else notices`,
    async (t) => {
      const scene = await Scene.begin(t, options);
      const { system, events, near } = scene;
      const began = performance.now();
      if (fault === undefined) system.killThread(1);
      else near.tell({ type: 'end-thread', by: fault });

      if (fault === 'endless loop') {
        const warning = await events.until('thread-blocked', isEndless);
        t.match(warning, { kind: 'Witness', actor: near.id, message: 'end-thread' });
        t.equal(events.seen('thread-died').length, 0, 'warned of before it is ended');
      }
      const death = await events.until('thread-died');
      const diedAfterMs = performance.now() - began;
      t.equal(death.thread, 1);
      t.match(death.error.message, says);
      t.ok(death.lostAtMost >= 0);
      const answeredAfterMs = await scene.recovered(t);
      await scene.assertMortalFailed(t);
      const replaced = events.seen('thread-replaced');
      t.match(replaced, [{ thread: 1 }]);
      t.equal(events.seen('thread-died').length, 1);
      t.equal(system.metrics().total.lostAtMost, death.lostAtMost);
      t.comment(
        `${name}: dead after ${ms(diedAfterMs)}, its thread replaced ${ms(replaced[0]!.afterMs)} later, ` +
          `its actors answer ${ms(answeredAfterMs)} after the death; at most ${death.lostAtMost} lost`,
      );
      await scene.close(t);
    },
  );
}

t.test('an endless loop is only warned of unless the watchdog may kill', async (t) => {
  const scene = await Scene.begin(t, { watchdog: { warnMs: 50 } });
  const { system, events, near } = scene;
  near.tell({ type: 'end-thread', by: 'endless loop' });
  const warning = await events.until('thread-blocked', isEndless);
  t.match(warning, { thread: 1, kind: 'Witness', actor: near.id });
  const [home] = scene.untouched;
  for (let i = 0; i < 200; i++) await home.ask({ type: 'report' });
  t.equal(events.seen('thread-died').length, 0);
  t.equal(events.seen('thread-blocked', isEndless).length, 1, 'once');
  // What the watchdog may not do, its user may.
  system.killThread(1);
  t.equal((await events.until('thread-died')).thread, 1);
  await scene.recovered(t);
  await scene.close(t);
});
