import t from 'tap';
import type { ActorSystem, AnyRef } from '../../runtime/index.js';
import { nextEvent, record } from '../support/events.js';
import { PAIRS } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Collector } from './fixtures/collector.js';
import { Deaf, Watchman } from './fixtures/watchman.js';

interface Notice {
  readonly actor: AnyRef;
  readonly reason: string;
}

async function setUp(system: ActorSystem, from: number, to: number) {
  const log = system.spawn(Collector, undefined, { placement: 0 });
  const quiet = system.spawn(Collector, undefined, { placement: 0 });
  const watcher = system.spawn(Watchman, { log }, { placement: from });
  const target = system.spawn(Watchman, { log: quiet }, { placement: to, restart: 'temporary' });
  /** What came up to now: the watcher has handled all that was sent to it before. */
  const heard = async (): Promise<readonly unknown[]> => {
    await watcher.ask({ type: 'incarnation' });
    return log.ask({ type: 'take', count: 0 });
  };
  return { system, log, watcher, target, heard };
}

for (const { where, from, to } of PAIRS) {
  t.test(`watch and link, ${where}`, async (t) => {
    const shared = await startSystem(t, { supervision: { intensity: 100 } });
    await t.test('watch: a Terminated always comes, exactly once', async (t) => {
      const { system, log, watcher, target, heard } = await setUp(shared, from, to);
      // Watched three times, still one notice.
      for (let i = 0; i < 3; i++) watcher.tell({ type: 'watch', actor: target });
      await watcher.ask({ type: 'incarnation' });
      target.tell({ type: 'stop' });
      const [notice] = (await log.ask({ type: 'take', count: 1 })) as Notice[];
      t.ok(notice!.actor.equals(target), 'it names who is gone');
      t.equal(notice!.reason, 'normal');
      await system.terminated(target);
      t.equal((await heard()).length, 1, 'once');
    });

    await t.test('watch: it says why', async (t) => {
      const { log, watcher, target } = await setUp(shared, from, to);
      watcher.tell({ type: 'watch', actor: target });
      await watcher.ask({ type: 'incarnation' });
      target.tell({ type: 'crash' });
      const [notice] = (await log.ask({ type: 'take', count: 1 })) as Notice[];
      t.equal(notice!.reason, 'failed');
    });

    await t.test('watch: exactly once, also for one already dead', async (t) => {
      const { system, log, watcher, target, heard } = await setUp(shared, from, to);
      await system.stopActor(target);
      watcher.tell({ type: 'watch', actor: target });
      const [notice] = (await log.ask({ type: 'take', count: 1 })) as Notice[];
      t.ok(notice!.actor.equals(target));
      watcher.tell({ type: 'watch', actor: target });
      await log.ask({ type: 'take', count: 2 });
      t.equal((await heard()).length, 2, 'each watch is answered once');
    });

    await t.test("watch: as a message of the watcher's own", async (t) => {
      const { system, log, watcher, target, heard } = await setUp(shared, from, to);
      watcher.tell({ type: 'watch-as', actor: target, name: 'Tom' });
      await watcher.ask({ type: 'incarnation' });
      await system.stopActor(target);
      t.same(await log.ask({ type: 'take', count: 1 }), ['gone: Tom']);
      t.equal((await heard()).length, 1);
    });

    await t.test('watch: none after unwatch, and none for a restart', async (t) => {
      const { system, watcher, target, heard } = await setUp(shared, from, to);
      const lasting = system.spawn(Watchman, { log: watcher as never }, { placement: to });
      watcher.tell({ type: 'watch', actor: lasting });
      watcher.tell({ type: 'watch', actor: target });
      watcher.tell({ type: 'unwatch', actor: target });
      await watcher.ask({ type: 'incarnation' });
      const restarted = nextEvent(system, 'actor-restarted');
      lasting.tell({ type: 'crash' });
      await restarted;
      t.equal(await lasting.ask({ type: 'incarnation' }), 1);
      await system.stopActor(target);
      t.same(await heard(), []);
    });

    await t.test('watch: those of an incarnation end with it', async (t) => {
      const { system, watcher, target, heard } = await setUp(shared, from, to);
      watcher.tell({ type: 'watch', actor: target });
      watcher.tell({ type: 'crash' });
      t.equal(await watcher.ask({ type: 'incarnation' }), 1);
      await system.stopActor(target);
      t.same(await heard(), ['end of 0: failed']);
    });

    await t.test('link: the failure of one is the failure of the other', async (t) => {
      const { system, log, watcher, target } = await setUp(shared, from, to);
      const failures = record(system, 'actor-failed');
      watcher.tell({ type: 'link', actor: target });
      await watcher.ask({ type: 'incarnation' });
      target.tell({ type: 'crash' });
      t.same(await log.ask({ type: 'take', count: 1 }), ['end of 0: failed']);
      await until('both failures are told', () => failures.length === 2);
      const told = failures.map(({ error }) => error.message).sort();
      t.match(told, ['crashed', /linked actor .* failed.*ERR_LINKED_ACTOR_FAILED/]);
      t.equal(await watcher.ask({ type: 'incarnation' }), 1);
    });

    await t.test('link: it goes both ways', async (t) => {
      const { system, watcher, target } = await setUp(shared, from, to);
      watcher.tell({ type: 'link', actor: target });
      await watcher.ask({ type: 'incarnation' });
      watcher.tell({ type: 'crash' });
      t.equal((await system.terminated(target)).type, 'failed');
    });

    await t.test('link: an orderly end takes nobody along, nor one after unlink', async (t) => {
      const { system, watcher, target, heard } = await setUp(shared, from, to);
      const second = system.spawn(
        Watchman,
        { log: system.spawn(Collector, undefined, { placement: 0 }) },
        { placement: to, restart: 'temporary' },
      );
      watcher.tell({ type: 'link', actor: target });
      watcher.tell({ type: 'link', actor: second });
      watcher.tell({ type: 'unlink', actor: second });
      await watcher.ask({ type: 'incarnation' });
      await system.stopActor(target);
      second.tell({ type: 'crash' });
      await system.terminated(second);
      t.equal(await watcher.ask({ type: 'incarnation' }), 0);
      t.same(await heard(), []);
    });

    await t.test('link: to one already dead is a failure', async (t) => {
      const { system, log, watcher, target } = await setUp(shared, from, to);
      await system.stopActor(target);
      watcher.tell({ type: 'link', actor: target });
      t.same(await log.ask({ type: 'take', count: 1 }), ['end of 0: failed']);
    });
  });
}

for (const from of [0, 2]) {
  t.test(`watch: exactly once, also on a dead thread, from thread ${from}`, async (t) => {
    const { system, log, watcher, target, heard } = await setUp(await startSystem(t), from, 1);
    await system.started(target);
    const replaced = nextEvent(system, 'thread-replaced');
    watcher.tell({ type: 'watch', actor: target });
    await watcher.ask({ type: 'incarnation' });
    system.killThread(1);
    const [notice] = (await log.ask({ type: 'take', count: 1 })) as Notice[];
    t.ok(notice!.actor.equals(target));
    t.equal(notice!.reason, 'failed');
    await replaced;
    watcher.tell({ type: 'watch', actor: target });
    await log.ask({ type: 'take', count: 2 });
    t.equal((await heard()).length, 2, 'and again for one that died with its thread');
  });
}

t.test('watch: without a hook or a message for the news it is a failure', async (t) => {
  const system = await startSystem(t);
  const failed = nextEvent(system, 'actor-failed');
  const deaf = system.spawn(Deaf, undefined, { placement: 0 });
  deaf.tell({ type: 'watch', actor: deaf });
  t.match(
    (await failed).error.message,
    /has no hook for the news.*define `terminated`.*ERR_CONTEXT/,
  );
});
