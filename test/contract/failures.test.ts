import t from 'tap';
import type { AnyRef, RestartType } from '../../runtime/index.js';
import { OneForOne, Strict } from './fixtures-b/bosses.js';
import { bossOf, type Child, hire, LAYOUTS } from './fixtures-b/cast.js';
import { conserves, countOf, limited, type Recorder, shown, start } from './fixtures-b/kit.js';
import { type Moment, Subject } from './fixtures-b/subject.js';

const RESTARTS: readonly RestartType[] = ['permanent', 'transient', 'temporary'];
const MOMENTS: readonly Moment[] = [
  'handler',
  'async-handler',
  'request',
  'async-request',
  'timer',
  'interval',
  'unawaited-promise',
  'after-await',
  'terminated-hook',
  'watch-message',
  'receive-timeout-hook',
  'stash-replay',
  'other-behavior',
];

function failNow(child: Child, moment: Moment): void {
  if (!moment.endsWith('request')) child.tell({ type: 'fail', moment });
  else child.ask({ type: 'fail-asked', moment }).catch(() => {});
}

function isBoom(events: Recorder, ref: AnyRef): boolean {
  return events
    .seen('actor-failed', shown(ref))
    .every(({ error }) => error.message.startsWith('boom'));
}

t.test(
  '"Failures in the constructor, in hooks, in timers, in a promise nobody awaited, in stash replay [...] are all failures of that actor"',
  async (t) => {
    const { system, events } = await start();
    for (const moment of MOMENTS) {
      for (const restart of RESTARTS) {
        for (const { boss: placement, children } of LAYOUTS) {
          const boss = bossOf(system, OneForOne, placement);
          const bystander = await hire(boss, 'bystander', { placement: children[0] });
          const child = await hire(boss, moment, { restart, placement: children[0] });
          const name = `${moment}, ${restart}, ${placement} -> ${children[0]}`;
          const ended = system.terminated(child);
          failNow(child, moment);
          if (restart === 'temporary') {
            t.equal((await limited(name, ended)).type, 'failed', name);
          } else {
            await events.until('actor-restarted', shown(child));
            t.equal((await child.ask({ type: 'report' })).incarnation, 1, name);
          }
          t.ok(countOf(events, 'actor-failed', child) >= 1, `${name}: reported`);
          t.ok(isBoom(events, child), `${name}: with what was thrown`);
          t.equal(
            (await bystander.ask({ type: 'report' })).incarnation,
            0,
            `${name}: of that actor only`,
          );
          await system.stopActor(boss);
        }
      }
    }
    t.ok(conserves(system).holds, conserves(system).says);
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"Failures in the constructor": the first start fails for good, a later one counts as a failure',
  async (t) => {
    const { system, events } = await start();
    for (const { boss: placement, children } of LAYOUTS) {
      const first = system.spawn(
        Subject,
        { label: 'never', failFrom: 0 },
        { placement: children[0] },
      );
      await t.rejects(system.started(first), { code: 'ERR_START_FAILED' });
      t.equal((await system.terminated(first)).type, 'failed');

      const boss = bossOf(system, Strict, placement);
      const later = await hire(boss, 'later', { placement: children[0] }, { failFrom: 1 });
      later.tell({ type: 'boom' });
      // The failed start of incarnation 1 is one more failure: over the budget of one restart.
      await events.until('actor-failed', shown(boss));
      await events.until('actor-restarted', shown(boss));
      t.equal(countOf(events, 'actor-restarted', later), 1);
      t.equal(countOf(events, 'actor-failed', later), 2);
      t.equal(
        (await boss.ask({ type: 'boss-report' })).children,
        0,
        'dynamic children are not kept',
      );
      t.equal((await system.stopActor(boss)).type, 'shutdown');
    }
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"Failures [...] while stopping": a hook that throws or rejects is reported and does not hold up the end',
  async (t) => {
    const { system, events } = await start();
    for (const placement of [0, 1]) {
      for (const childPlacement of [0, 1, 2]) {
        const boss = bossOf(system, OneForOne, placement);
        for (const onStop of ['throw', 'reject'] as const) {
          const child = await hire(boss, onStop, { placement: childPlacement }, { onStop });
          await child.ask({ type: 'report' });
          t.equal((await limited(onStop, system.stopActor(child))).type, 'shutdown');
          t.equal(countOf(events, 'actor-failed', child), 1);

          const restarted = await hire(boss, onStop, { placement: childPlacement }, { onStop });
          restarted.tell({ type: 'boom' });
          await events.until('actor-restarted', shown(restarted));
          t.equal((await restarted.ask({ type: 'report' })).incarnation, 1);
          t.equal(
            countOf(events, 'actor-failed', restarted),
            2,
            'the failure and that of its hook',
          );
        }
        await system.stopActor(boss);
      }
    }
    t.ok((await system.stop()).clean);
  },
);

t.test(
  'a reply that cannot be sent is a failure of the actor, and its asker hears of it',
  async (t) => {
    const { system, events } = await start();
    for (const [placement, childPlacement] of [
      [0, 1],
      [2, 1],
    ] as const) {
      const boss = bossOf(system, OneForOne, placement);
      const child = await hire(boss, 'child', { placement: childPlacement });
      const asked = child.ask({ type: 'fail-asked', moment: 'unsendable-reply' });
      await t.rejects(asked, { code: 'ERR_NOT_SENDABLE' });
      await events.until('actor-restarted', shown(child));
      t.equal((await child.ask({ type: 'report' })).incarnation, 1);
      await system.stopActor(boss);
    }
    t.ok((await system.stop()).clean);
  },
);
