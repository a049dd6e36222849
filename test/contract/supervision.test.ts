import t from 'tap';
import { hasCode, type RestartType } from '../../runtime/index.js';
import {
  Brief,
  OneForAll,
  OneForOne,
  RestForOne,
  Strict,
  Unforgiving,
} from './fixtures-b/bosses.js';
import { bossOf, type Child, hire, LAYOUTS } from './fixtures-b/cast.js';
import { countOf, limited, shown, start } from './fixtures-b/kit.js';
import { Subject } from './fixtures-b/subject.js';

const STRATEGIES = {
  'one-for-one': OneForOne,
  'one-for-all': OneForAll,
  'rest-for-one': RestForOne,
};
const RESTARTS: readonly RestartType[] = ['permanent', 'transient', 'temporary'];
t.test(
  '"strategies one-for-one, one-for-all, rest-for-one", on one thread and across',
  async (t) => {
    const { system, events } = await start();
    for (const [strategy, definition] of Object.entries(STRATEGIES)) {
      for (const { boss: placement, children } of LAYOUTS) {
        for (const restart of RESTARTS) {
          const name = `${strategy}, ${restart}, boss on ${placement}, children on ${children}`;
          const boss = bossOf(system, definition, placement);
          const [a, b, c] = await Promise.all([
            hire(boss, 'a', { placement: children[0] }),
            hire(boss, 'b', { placement: children[1], restart }),
            hire(boss, 'c', { placement: children[2] }),
          ]);
          await Promise.all([a, b, c].map((child) => child.ask({ type: 'report' })));
          const ended = system.terminated(b);
          b.tell({ type: 'fail', moment: 'handler' });
          if (restart === 'temporary') {
            t.equal((await limited(name, ended)).type, 'failed', name);
            t.equal((await a.ask({ type: 'report' })).incarnation, 0, 'a sibling is not touched');
            t.equal((await c.ask({ type: 'report' })).incarnation, 0, 'a sibling is not touched');
          } else {
            const expected = {
              'one-for-one': [0, 1, 0],
              'one-for-all': [1, 1, 1],
              'rest-for-one': [0, 1, 1],
            }[strategy];
            await events.until('actor-restarted', shown(b));
            if (expected?.[2] === 1) await events.until('actor-restarted', shown(c));
            if (expected?.[0] === 1) await events.until('actor-restarted', shown(a));
            const reports = await Promise.all(
              [a, b, c].map((child) => child.ask({ type: 'report' })),
            );
            t.same(
              reports.map(({ incarnation }) => incarnation),
              expected,
              name,
            );
          }
          await system.stopActor(boss);
        }
      }
    }
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"restart types permanent, transient, temporary": which exits bring which child back',
  async (t) => {
    const { system, events } = await start();
    for (const placement of [0, 1]) {
      for (const childPlacement of [0, 1, 2]) {
        const boss = bossOf(system, OneForOne, placement);
        for (const restart of RESTARTS) {
          for (const exit of ['normal', 'failed'] as const) {
            const child = await hire(boss, restart, { restart, placement: childPlacement });
            const ended = system.terminated(child);
            child.tell(exit === 'normal' ? { type: 'stop' } : { type: 'fail', moment: 'handler' });
            const back = restart === 'permanent' || (restart === 'transient' && exit === 'failed');
            const name = `${restart} after ${exit}, ${placement} -> ${childPlacement}`;
            if (back) {
              await events.until('actor-restarted', shown(child));
              t.equal((await child.ask({ type: 'report' })).incarnation, 1, name);
              t.equal((await system.stopActor(child)).type, 'shutdown', 'a stop is for good');
            } else {
              t.equal((await limited(name, ended)).type, exit, name);
            }
            t.equal(countOf(events, 'actor-restarted', child), back ? 1 : 0, name);
          }
        }
      }
    }
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"exceeded means the supervisor itself fails upward": from a worker to the root, and the system stops with the error',
  async (t) => {
    for (const [placement, childPlacement] of [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
    ] as const) {
      const { system, events } = await start({ supervision: { intensity: 1, periodMs: 600_000 } });
      const boss = bossOf(system, Strict, placement);
      // One restart of a child, then the boss fails; one restart of the boss, then the root fails.
      for (const _round of [1, 2]) {
        const child = await hire(boss, 'child', { placement: childPlacement });
        child.tell({ type: 'boom' });
        await events.until('actor-restarted', shown(child));
        child.tell({ type: 'boom' });
        await events.until('actor-failed', shown(boss), _round);
        if (_round === 1) await events.until('actor-restarted', shown(boss));
      }
      const report = await limited('the end of the system', system.whenTerminated);
      t.ok(hasCode(report.error, 'ERR_RESTART_INTENSITY'), `${placement} -> ${childPlacement}`);
      t.ok(
        hasCode(report.error?.cause, 'ERR_RESTART_INTENSITY'),
        'the cause is the failure of the boss',
      );
      t.match(
        ((report.error as Error).cause as Error).cause,
        { name: 'RangeError' },
        'and its cause that of the child',
      );
      t.same(report.killedThreads, []);
      t.throws(() => system.spawn(Subject, { label: 'late' }), { code: 'ERR_STOPPED' });
    }
  },
);

t.test(
  '"intensity and period per supervisor": failures further apart than the period are forgiven',
  async (t) => {
    const { system, events } = await start();
    const boss = bossOf(system, Brief, 1);
    const child = await hire(boss, 'child', { placement: 2 });
    for (let round = 1; round <= 5; round++) {
      // The timer keeps the failures at least twice the period apart.
      child.tell({ type: 'timer', delayMs: 25, text: 'pause' });
      let notes: readonly string[] = [];
      while (notes.length === 0) ({ notes } = await child.ask({ type: 'report' }));
      child.tell({ type: 'boom' });
      await events.until('actor-restarted', shown(child), round);
    }
    t.equal((await boss.ask({ type: 'boss-report' })).incarnation, 0);
    t.ok((await system.stop()).clean);
  },
);

t.test('"intensity 0": the first failure fails the supervisor', async (t) => {
  const { system, events } = await start();
  const boss = bossOf(system, Unforgiving, 1);
  const child = await hire(boss, 'child', { placement: 2 });
  child.tell({ type: 'boom' });
  await events.until('actor-restarted', shown(boss));
  t.equal(countOf(events, 'actor-restarted', child), 0);
  t.equal((await system.terminated(child)).type, 'failed');
  t.ok((await system.stop()).clean);
});

t.test('"dynamic children": come and go, their names with them', async (t) => {
  const { system } = await start();
  for (const [placement, childPlacement] of [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 2],
  ] as const) {
    const boss = bossOf(system, OneForAll, placement);
    for (let round = 0; round < 20; round++) {
      const options = { name: 'x', placement: childPlacement, restart: 'permanent' };
      const child = await hire(boss, 'x', options);
      t.equal((await child.ask({ type: 'report' })).incarnation, 0);
      if (round === 19) await t.rejects(hire(boss, 'x', options), { code: 'ERR_NAME_TAKEN' });
      if (round % 2 === 0) await system.stopActor(child);
      else boss.tell({ type: 'stop-child', child });
      await limited('the end of a child', system.terminated(child));
    }
    await system.stopActor(boss);
  }
  t.ok((await system.stop()).clean);
});

t.test(
  'a failing supervisor ends its children first, on whatever thread, and none of them outlives it',
  async (t) => {
    const { system, events } = await start();
    for (const { boss: placement, children } of LAYOUTS) {
      const boss = bossOf(system, OneForOne, placement);
      const hired = await Promise.all(
        children.map((place, i) => hire(boss, `c${i}`, { placement: place })),
      );
      const grandchild = (await hired[0]!.ask({
        type: 'spawn',
        label: 'grandchild',
        placement: 2,
      })) as Child;
      await grandchild.ask({ type: 'report' });
      boss.tell({ type: 'fail' });
      await events.until('actor-restarted', shown(boss));
      for (const ref of [...hired, grandchild]) {
        t.equal(
          (await limited('the end of a child', system.terminated(ref))).type !== 'normal',
          true,
        );
        await t.rejects(ref.ask({ type: 'report' }), { code: 'ERR_NO_SUCH_ACTOR' });
      }
      t.equal((await boss.ask({ type: 'boss-report' })).children, 0);
      await system.stopActor(boss);
    }
    t.ok((await system.stop()).clean);
  },
);
