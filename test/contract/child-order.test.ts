import t from 'tap';
import { List, OneForOne } from './fixtures-b/bosses.js';
import { bossOf, hire, LAYOUTS } from './fixtures-b/cast.js';
import { countOf, limited, shown, start } from './fixtures-b/kit.js';
import { Ledger } from './fixtures-b/ledger.js';
import type { SubjectArgs } from './fixtures-b/subject.js';

t.test('"ordered start, reverse ordered stop with a deadline per child, then kill"', async (t) => {
  for (const { boss: placement, children } of LAYOUTS) {
    const { system, events } = await start();
    const ledger = system.spawn(Ledger, undefined, { placement: 'main' });
    const of = (
      label: string,
      place: number,
      more: Partial<SubjectArgs> = {},
      shutdownMs = 5000,
    ) => ({
      args: { label, ledger, ...more },
      options: { placement: place, shutdownMs },
    });
    const list = system.spawn(
      List,
      {
        children: [
          of('a', children[0]),
          of('b', children[1], { onStop: 'hang' }, 30),
          of('c', children[2]),
        ],
      },
      { placement },
    );
    await system.started(list);
    t.equal((await limited('the stop', system.stopActor(list))).type, 'shutdown');
    t.same(
      await ledger.ask({ type: 'read' }),
      [
        'start a 0',
        'start b 0',
        'start c 0',
        'stop c shutdown',
        'stop b shutdown',
        'stop a shutdown',
      ],
      `boss on ${placement}, children on ${children}`,
    );
    t.equal(events.seen('actor-failed').length, 0);
    t.ok((await system.stop()).clean);
  }
});

t.test(
  '"then kill": a child that does not stop in time ends as killed, at once with shutdownMs "kill"',
  async (t) => {
    const { system, events } = await start();
    for (const placement of [0, 1]) {
      for (const childPlacement of [0, 1, 2]) {
        const boss = bossOf(system, OneForOne, placement);
        const slow = await hire(
          boss,
          'slow',
          { placement: childPlacement, shutdownMs: 20 },
          { onStop: 'hang' },
        );
        const held = await hire(boss, 'held', { placement: childPlacement, shutdownMs: 20 });
        const brutal = await hire(boss, 'brutal', {
          placement: childPlacement,
          shutdownMs: 'kill',
        });
        held.tell({ type: 'hold' });
        await Promise.all([slow, brutal].map((child) => child.ask({ type: 'report' })));
        const reasons = await limited(
          'the stops',
          Promise.all([slow, held, brutal].map((child) => system.stopActor(child))),
        );
        t.same(
          reasons.map(({ type }) => type),
          ['killed', 'killed', 'killed'],
          `${placement} -> ${childPlacement}`,
        );
        const stops = events.seen(
          'user',
          ({ name, payload }) => name === 'stopped' && payload.label === 'brutal',
        );
        t.equal(stops.length, 0, 'a kill calls no hook');
      }
    }
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"ordered start": a declared child that cannot start stops those before it and fails the start',
  async (t) => {
    const { system } = await start();
    for (const { boss: placement, children } of LAYOUTS) {
      const ledger = system.spawn(Ledger, undefined, { placement: 'main' });
      const of = (label: string, place: number, more: Partial<SubjectArgs> = {}) => ({
        args: { label, ledger, ...more },
        options: { placement: place },
      });
      const list = system.spawn(
        List,
        {
          children: [
            of('a', children[0]),
            of('b', children[1], { failFrom: 0 }),
            of('c', children[2]),
          ],
        },
        { placement },
      );
      await t.rejects(system.started(list), { code: 'ERR_START_FAILED' });
      await system.terminated(list);
      t.same(await ledger.ask({ type: 'read' }), ['start a 0', 'stop a shutdown']);
      await system.stopActor(ledger);
    }
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"backoff with jitter as an option of the child spec": no restart before its delay, others at once',
  async (t) => {
    const { system, events } = await start();
    for (const [placement, childPlacement] of [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
    ] as const) {
      const boss = bossOf(system, OneForOne, placement);
      const backoff = { minMs: 40, maxMs: 80, factor: 2, jitter: 0.5 };
      const child = await hire(boss, 'patient', { placement: childPlacement, backoff });
      const other = await hire(boss, 'other', { placement: childPlacement });
      for (const [index, leastMs] of [40, 80, 80].entries()) {
        await child.ask({ type: 'report' });
        const failedAt = performance.now();
        child.tell({ type: 'boom' });
        await other.ask({ type: 'report' });
        await events.until('actor-restarted', shown(child), index + 1);
        // Timers never fire early; the clocks of two readings may differ by the resolution of one.
        t.ok(performance.now() - failedAt >= leastMs - 1, `restart ${index + 1} after its delay`);
      }
      await system.stopActor(boss);
    }
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"backoff": mail that comes during the delay is kept, and a stop during the delay ends it',
  async (t) => {
    const { system, events } = await start();
    for (const [placement, childPlacement] of [
      [0, 0],
      [0, 1],
      [1, 2],
    ] as const) {
      const boss = bossOf(system, OneForOne, placement);
      const short = await hire(boss, 'short', {
        placement: childPlacement,
        backoff: { minMs: 30, maxMs: 30 },
      });
      const long = await hire(boss, 'long', {
        placement: childPlacement,
        backoff: { minMs: 1e6, maxMs: 1e6 },
      });
      short.tell({ type: 'boom' });
      short.tell({ type: 'note', text: 'kept' });
      long.tell({ type: 'boom' });
      await events.until('actor-failed', shown(long));
      t.equal((await short.ask({ type: 'report' })).notes.join(), 'kept');
      await limited('the stop of one in backoff', system.stopActor(long));
      t.equal(countOf(events, 'actor-restarted', long), 0);
      await system.stopActor(boss);
    }
    t.ok((await system.stop()).clean);
  },
);
