import t from 'tap';
import { type ActorSystem, hasCode, type SystemOptions } from '../../runtime/index.js';
import { OneForAll, OneForOne, Strict } from './fixtures-b/bosses.js';
import {
  block,
  type Child,
  died,
  hire,
  incarnation,
  MANY_DEATHS,
  replaced,
  subject,
} from './fixtures-b/cast.js';
import { conserves, limited, shown, start } from './fixtures-b/kit.js';

const CAUSES: Readonly<
  Record<
    string,
    { readonly options: SystemOptions; readonly kill: (system: ActorSystem, victim: Child) => void }
  >
> = {
  'uncaught throw': {
    options: {},
    kill: (_system, victim) => void victim.tell({ type: 'fault', how: 'uncaught' }),
  },
  'process.exit': {
    options: {},
    kill: (_system, victim) => void victim.tell({ type: 'fault', how: 'exit' }),
  },
  terminate: { options: {}, kill: (system) => system.killThread(1) },
  'heap limit': {
    options: { resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 } },
    kill: (_system, victim) => void victim.tell({ type: 'fault', how: 'heap' }),
  },
  'a loop that never ends': {
    options: { watchdog: { warnMs: 200, killMs: 1500 } },
    kill: (_system, victim) => void victim.tell({ type: 'fault', how: 'loop' }),
  },
  'a loop that never ends, behind an await': {
    options: { watchdog: { warnMs: 200, killMs: 1500 } },
    kill: (_system, victim) => void victim.tell({ type: 'fault', how: 'loop-later' }),
  },
};

for (const [cause, { options, kill }] of Object.entries(CAUSES)) {
  t.test(
    `"If one dies (${cause}) the others do not notice beyond the messages; the thread is replaced"`,
    async (t) => {
      const { system, events } = await start(options);
      const boss = system.spawn(OneForOne, null, { placement: 'main' });
      const remoteBoss = system.spawn(OneForOne, null, { placement: 2 });
      const victim = await hire(boss, 'victim', { placement: 1 });
      const remote = await hire(remoteBoss, 'remote', { placement: 1 });
      const mortal = await hire(boss, 'mortal', { placement: 1, restart: 'temporary' });
      const others = [
        await hire(boss, 'on main', { placement: 0 }),
        await hire(remoteBoss, 'on 2', { placement: 2 }),
      ];
      await Promise.all(
        [victim, remote, mortal, ...others].map((ref) => ref.ask({ type: 'report' })),
      );
      const mortalEnded = system.terminated(mortal);

      kill(system, victim);
      if (cause.startsWith('a loop')) t.equal((await events.until('thread-blocked')).thread, 1);
      const death = await died(events);
      t.equal(death.thread, 1);
      t.ok(death.error instanceof Error);
      for (const other of others) t.equal(await incarnation(other), 0, 'the others do not notice');
      t.equal((await replaced(events)).thread, 1);
      t.equal(
        await incarnation(victim),
        1,
        'restarted under the same reference, by a parent on main',
      );
      t.equal(await incarnation(remote), 1, 'and by a parent on a worker');
      const reason = await limited('the end of the temporary one', mortalEnded);
      t.ok(
        reason.type === 'failed' && hasCode(reason.error, 'ERR_THREAD_DIED'),
        'with a reason that says so',
      );
      t.equal((await boss.ask({ type: 'boss-report' })).incarnation, 0);
      t.equal(events.seen('thread-died').length, 1);
      t.equal(events.seen('thread-replaced').length, 1);
      t.ok(conserves(system).holds, conserves(system).says);
      t.ok((await system.stop()).clean);
    },
  );
}

t.test(
  '"Each thread shows a heartbeat and its running actor in shared memory, so that the watchdog can name the handler which blocks"',
  async (t) => {
    const { system, events } = await start({ watchdog: { warnMs: 50 } });
    const victim = subject(system, 'victim', 1, { name: 'victim' });
    const release = await block(victim);
    // On a slow machine the loading of the module may be worth a warning too.
    const isOurs = ({ message }: { message: string | undefined }) => message === 'block';
    const warning = await events.until('thread-blocked', isOurs);
    t.match(warning, { thread: 1, kind: 'Subject', actor: victim.id });
    t.ok(warning.blockedMs >= 50);
    release();
    await events.untilUser('unblocked');
    t.equal(await incarnation(victim), 0, 'a warning kills nobody');
    t.equal(events.seen('thread-died').length, 0);
    t.equal(events.seen('thread-blocked', isOurs).length, 1, 'one warning for one block');
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"restarted by their supervisors": a parent on the dead thread comes back without its children, wherever they were',
  async (t) => {
    const { system, events } = await start(MANY_DEATHS);
    const boss = system.spawn(OneForOne, null, { placement: 1 });
    const children = await Promise.all(
      [0, 1, 2].map((place) => hire(boss, `on ${place}`, { placement: place })),
    );
    const grandchildren = await Promise.all(
      children.map((child) => child.ask({ type: 'spawn', label: 'grandchild', placement: 2 })),
    );
    await Promise.all(children.map((child) => child.ask({ type: 'report' })));
    const ends = [...children, ...grandchildren].map((ref) => system.terminated(ref));
    system.killThread(1);
    await limited('the end of all orphans', Promise.all(ends));
    t.match(await boss.ask({ type: 'boss-report' }), { incarnation: 1, thread: 1, children: 0 });
    for (const orphan of children)
      await t.rejects(orphan.ask({ type: 'report' }), { code: 'ERR_NO_SUCH_ACTOR' });
    const stops = events.seen(
      'user',
      ({ name, payload }) => name === 'stopped' && payload.label === 'on 2',
    );
    t.equal(stops.length, 1, 'an orphan stops orderly');
    t.equal(
      await incarnation(await hire(boss, 'new', { placement: 2 })),
      0,
      'the new incarnation can have children again',
    );
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"restarted by their supervisors": main -> thread 1 -> thread 2 -> thread 1: whichever dies',
  async (t) => {
    for (const victim of [1, 2]) {
      const { system, events } = await start(MANY_DEATHS);
      const top = system.spawn(OneForOne, null, { placement: 'main' });
      const middle = await hire(top, 'middle', { placement: 1 });
      const low = (await middle.ask({ type: 'spawn', label: 'low', placement: 2 })) as Child;
      const lowest = (await low.ask({ type: 'spawn', label: 'lowest', placement: 1 })) as Child;
      await lowest.ask({ type: 'report' });
      const lowestEnd = system.terminated(lowest);
      system.killThread(victim);
      await replaced(events);
      await limited('the end of the lowest', lowestEnd);
      t.equal(await incarnation(middle), victim === 1 ? 1 : 0);
      if (victim === 1) await t.rejects(low.ask({ type: 'report' }), { code: 'ERR_NO_SUCH_ACTOR' });
      else t.equal(await incarnation(low), 1);
      const again = (await middle.ask({ type: 'spawn', label: 'again', placement: 2 })) as Child;
      t.equal(await incarnation(again), 0);
      t.ok((await system.stop()).clean);
    }
  },
);

t.test(
  '"under the ordinary budget": one unit for each death, however many children it took',
  async (t) => {
    for (const placement of [0, 2]) {
      const { system, events } = await start(MANY_DEATHS);
      const boss = system.spawn(Strict, null, { placement });
      const children = await Promise.all(
        Array.from({ length: 20 }, (_, i) => hire(boss, `c${i}`, { placement: 1 })),
      );
      await Promise.all(children.map((child) => child.ask({ type: 'report' })));
      system.killThread(1);
      await replaced(events);
      for (const child of children) t.equal(await incarnation(child), 1);
      t.equal((await boss.ask({ type: 'boss-report' })).incarnation, 0);
      system.killThread(1);
      await replaced(events, 2);
      await events.until('actor-restarted', shown(boss));
      t.match(
        await boss.ask({ type: 'boss-report' }),
        { incarnation: 1, children: 0 },
        'the second is over the budget',
      );
      t.ok((await system.stop()).clean);
    }
  },
);

t.test(
  '"under the ordinary budget": a group restart takes the siblings on living threads along',
  async (t) => {
    for (const placement of [0, 2]) {
      const { system, events } = await start(MANY_DEATHS);
      const boss = system.spawn(OneForAll, null, { placement });
      const children = await Promise.all(
        [1, 2, 0, 1].map((place) => hire(boss, `on ${place}`, { placement: place })),
      );
      await Promise.all(children.map((child) => child.ask({ type: 'report' })));
      system.killThread(1);
      for (const child of children) await events.until('actor-restarted', shown(child));
      for (const child of children) t.equal(await incarnation(child), 1);
      t.ok((await system.stop()).clean);
    }
  },
);
