import t from 'tap';
import { OneForOne } from './fixtures-b/bosses.js';
import { bossOf, hire } from './fixtures-b/cast.js';
import { conserves, countOf, shown, start } from './fixtures-b/kit.js';
import { Subject } from './fixtures-b/subject.js';

t.test(
  '"A restart keeps the ref and its mailbox (the message that failed is not redelivered), and gives a new incarnation"',
  async (t) => {
    const { system, events } = await start();
    for (const [placement, childPlacement] of [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
    ] as const) {
      const boss = bossOf(system, OneForOne, placement);
      const child = await hire(boss, 'child', { name: 'child', placement: childPlacement });
      for (let round = 1; round <= 3; round++) {
        child.tell({ type: 'note', text: 'forgotten with the state' });
        child.tell({ type: 'boom' });
        for (let i = 0; i < 100; i++) child.tell({ type: 'note', text: String(i) });
        const { incarnation, notes } = await child.ask({ type: 'report' });
        t.equal(incarnation, round);
        t.same(
          notes,
          Array.from({ length: 100 }, (_, i) => String(i)),
          'all, once, in order',
        );
      }
      t.equal(countOf(events, 'actor-failed', child), 3, 'no failure twice');
      await system.stopActor(boss);
    }
    const { holds, says } = conserves(system);
    t.ok(holds, says);
    t.equal(system.metrics().total.lostAtMost, 0);
    t.equal(system.metrics().deadLetters, 0, 'nothing was lost by a restart');
    t.ok((await system.stop()).clean);
  },
);

t.test('a restart keeps what was stashed, in front of the mailbox', async (t) => {
  const { system } = await start();
  for (const childPlacement of [0, 1]) {
    const child = system.spawn(Subject, { label: 'stasher' }, { placement: childPlacement });
    child.tell({ type: 'stash-next' });
    for (const text of ['1', '2', '3']) child.tell({ type: 'stashed', text });
    child.tell({ type: 'boom' });
    child.tell({ type: 'note', text: '4' });
    t.same((await child.ask({ type: 'report' })).notes, ['1', '2', '3', '4']);
  }
  t.ok(conserves(system).holds, conserves(system).says);
  t.ok((await system.stop()).clean);
});

t.test('"stale timers [...] of the old one are void"', async (t) => {
  const { system, events } = await start();
  for (const childPlacement of [0, 1]) {
    const child = system.spawn(Subject, { label: 'timed' }, { placement: childPlacement });
    child.tell({ type: 'timer', delayMs: 5, text: 'stale' });
    child.tell({ type: 'timer', delayMs: 0, text: 'stale at once' });
    child.tell({ type: 'boom' });
    await events.until('actor-restarted', shown(child));
    child.tell({ type: 'timer', delayMs: 40, text: 'fresh' });
    let notes: readonly string[] = [];
    while (!notes.includes('fresh')) ({ notes } = await child.ask({ type: 'report' }));
    t.same(
      notes.filter((note) => note.startsWith('stale')),
      [],
    );
  }
  t.ok(conserves(system).holds, conserves(system).says);
  t.ok((await system.stop()).clean);
});

t.test(
  '"stale [...] replies [...] of the old one are void": what awaited one does not go on',
  async (t) => {
    const { system, events } = await start();
    for (const [askerOn, targetOn] of [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
    ] as const) {
      const target = system.spawn(Subject, { label: 'target' }, { placement: targetOn });
      const asker = system.spawn(Subject, { label: 'asker' }, { placement: askerOn });
      const linked = system.spawn(
        Subject,
        { label: 'linked', failFrom: 1 },
        { placement: targetOn, restart: 'temporary' },
      );
      const text = `${askerOn} asks ${targetOn}`;
      asker.tell({ type: 'link', actor: linked });
      asker.tell({ type: 'ask-and-note', actor: target, text });
      await events.until(
        'user',
        ({ name, payload }) => name === 'asking' && payload.label === text,
      );
      // The asker holds its turn; the failure of its peer ends the incarnation.
      await target.ask({ type: 'report' });
      linked.tell({ type: 'boom' });
      await events.until('actor-restarted', shown(asker));
      const before = events.user('answered').length;
      target.tell({ type: 'release-answer' });
      await events.untilUser('answered', before + 1);
      const { notes, incarnation } = await asker.ask({ type: 'report' });
      t.equal(incarnation, 1);
      t.same(notes, [], text);
      t.equal(events.user('continued').length, 0);
    }
    t.ok((await system.stop()).clean);
  },
);

t.test('"stale [...] watches of the old one are void"', async (t) => {
  const { system, events } = await start();
  for (const [watcherOn, targetOn] of [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 2],
  ] as const) {
    const label = `${watcherOn} watches ${targetOn}`;
    const target = system.spawn(Subject, { label: 'target' }, { placement: targetOn });
    const watcher = system.spawn(Subject, { label }, { placement: watcherOn });
    watcher.tell({ type: 'watch', actor: target });
    await watcher.ask({ type: 'report' });
    watcher.tell({ type: 'boom' });
    await events.until('actor-restarted', shown(watcher));
    await watcher.ask({ type: 'report' });
    await system.stopActor(target);
    await watcher.ask({ type: 'report' });
    t.equal(
      events.seen('user', ({ name, payload }) => name === 'terminated' && payload.by === label)
        .length,
      0,
    );
  }
  t.ok((await system.stop()).clean);
});
