import t from 'tap';
import { hasCode } from '../../runtime/index.js';
import { OneForOne } from './fixtures-b/bosses.js';
import {
  bossOf,
  type Child,
  died,
  hire,
  incarnation,
  MANY_DEATHS,
  replaced,
  subject,
} from './fixtures-b/cast.js';
import { eventually, limited, start } from './fixtures-b/kit.js';
import { Subject } from './fixtures-b/subject.js';

t.test(
  '"the thread is replaced": also when it dies again while it is being replaced, and right after',
  async (t) => {
    const { system, events } = await start(MANY_DEATHS);
    const boss = system.spawn(OneForOne, null, { placement: 2 });
    const far = await hire(boss, 'far', { placement: 1 });
    const near = subject(system, 'near', 1, { name: 'near' });
    await Promise.all([far, near].map((ref) => ref.ask({ type: 'report' })));
    let kills = 0;
    system.events.on('thread-died', () => {
      // The replacement has been ordered but does not run yet.
      if (kills++ < 3) queueMicrotask(() => system.killThread(1));
    });
    system.killThread(1);
    await replaced(events);
    t.equal(events.seen('thread-died').length, 4);
    t.ok((await incarnation(near)) >= 1);
    t.ok((await incarnation(far)) >= 1);
    const back = events.seen('thread-replaced').length;
    let after = 0;
    system.events.on('thread-replaced', () => {
      // It runs, and its actors have not been restarted yet.
      if (after++ < 3) system.killThread(1);
    });
    system.killThread(1);
    await replaced(events, back + 4);
    t.same(await Promise.all([far, near].map(async (ref) => (await incarnation(ref)) > 1)), [
      true,
      true,
    ]);
    t.same([...system.aliveThreads].sort(), [0, 1, 2]);
    const fresh = await hire(boss, 'fresh', { placement: 1 });
    t.equal(await incarnation(fresh), 0);
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"the thread is replaced": two that supervise each other\'s actors die at once',
  async (t) => {
    for (let round = 0; round < 3; round++) {
      const { system, events } = await start(MANY_DEATHS);
      const bosses = [1, 2].map((place) => system.spawn(OneForOne, null, { placement: place }));
      const children = await Promise.all([
        hire(bosses[0]!, 'x', { placement: 2 }),
        hire(bosses[1]!, 'y', { placement: 1 }),
      ]);
      const top = [1, 2].map((place) => subject(system, `top ${place}`, place));
      await Promise.all([...children, ...top].map((ref) => ref.ask({ type: 'report' })));
      system.killThread(1);
      if (round === 1) await died(events);
      system.killThread(2);
      await replaced(events, 2);
      for (const ref of top) t.equal(await incarnation(ref), 1);
      for (const boss of bosses)
        t.match(await boss.ask({ type: 'boss-report' }), { incarnation: 1, children: 0 });
      for (const child of children)
        await t.rejects(child.ask({ type: 'report' }), { code: 'ERR_NO_SUCH_ACTOR' });
      for (const [i, boss] of bosses.entries())
        t.equal(await incarnation(await hire(boss, 'new', { placement: 2 - i })), 0);
      t.same([...system.aliveThreads].sort(), [0, 1, 2]);
      t.ok((await system.stop()).clean);
    }
  },
);

t.test(
  'a parent whose thread dies twice still waits for the children of its first incarnation',
  async (t) => {
    const { system, events } = await start(MANY_DEATHS);
    const boss = bossOf(system, OneForOne, 1);
    const options = { placement: 2, shutdownMs: 'infinity' };
    const orphan = await hire(boss, 'orphan', options, { onStop: 'hang' });
    await orphan.ask({ type: 'report' });
    system.killThread(1);
    await events.untilUser('stopped');
    await replaced(events);
    system.killThread(1);
    await replaced(events, 2);
    t.equal(
      system.metrics().total.terminated,
      0,
      'the orphan hangs in its hook until it is killed',
    );
    const { incarnation: is } = await boss.ask({ type: 'boss-report' }, { timeoutMs: 15_000 });
    t.ok(is >= 1);
    t.equal(system.metrics().total.terminated, 1, 'the orphan went before its parent came back');
    t.ok((await system.stop()).clean);
  },
);

t.test(
  'a thread that dies while orphans of another dead thread stop on it holds nobody up',
  async (t) => {
    const { system, events } = await start(MANY_DEATHS);
    const boss = system.spawn(OneForOne, null, { placement: 1 });
    const options = { placement: 2, shutdownMs: 'infinity' } as const;
    const orphan = await boss.ask({
      type: 'hire',
      args: { label: 'orphan', onStop: 'hang' },
      options,
    });
    await orphan.ask({ type: 'report' });
    const ended = system.terminated(orphan);
    system.killThread(1);
    await events.untilUser('stopped');
    system.killThread(2);
    await limited('the end of the orphan', ended);
    t.equal(
      (await limited('the restart of its parent', boss.ask({ type: 'boss-report' }))).incarnation,
      1,
    );
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"a thread is a child of the root supervisor": too many deaths stop the system with the error',
  async (t) => {
    const { system, events } = await start({
      threadIntensity: { intensity: 2, periodMs: 600_000 },
    });
    for (let round = 1; round <= 2; round++) {
      system.killThread(1);
      await replaced(events, round);
    }
    system.killThread(2);
    const report = await limited('the end of the system', system.whenTerminated);
    t.ok(hasCode(report.error, 'ERR_RESTART_INTENSITY'));
    t.ok(hasCode(report.error?.cause, 'ERR_THREAD_DIED'), 'with the last death as its cause');
    t.equal(events.seen('thread-died').length, 3);
  },
);

t.test(
  '"A fixed set": pinned threads are started when wanted, die and are replaced like others, and are given back',
  async (t) => {
    const { system, events } = await start({ ...MANY_DEATHS, pinnedThreads: 1 });
    t.same(system.aliveThreads, [0, 1, 2]);
    for (let round = 0; round < 3; round++) {
      let pinned = null as Child | null;
      await eventually('the pinned thread is free', () => {
        try {
          pinned = system.spawn(
            Subject,
            { label: 'pinned' },
            { placement: 'pinned', restart: 'permanent' },
          );
        } catch (error) {
          if (!hasCode(error, 'ERR_NO_THREAD')) throw error;
        }
        return pinned !== null;
      });
      const { thread } = await pinned!.ask({ type: 'report' });
      t.equal(thread, 3, 'a thread of its own');
      await eventually('it is shown as running', () => system.aliveThreads.includes(3));
      t.throws(() => system.spawn(Subject, { label: 'two' }, { placement: 'pinned' }), {
        code: 'ERR_NO_THREAD',
      });
      system.killThread(3);
      await replaced(events, round + 1);
      t.equal(await incarnation(pinned!), 1);
      await system.stopActor(pinned!);
      await eventually('the thread is given back', () => !system.aliveThreads.includes(3));
    }
    t.ok((await system.stop()).clean);
  },
);
