import { MessageChannel } from 'node:worker_threads';
import t from 'tap';
import {
  block,
  type Child,
  died,
  incarnation,
  MANY_DEATHS,
  replaced,
  subject,
} from './fixtures-b/cast.js';
import { conserves, countOf, limited, shown, start } from './fixtures-b/kit.js';

t.test(
  '"what still lies unread in its rings is delivered to the new incarnations or dead-lettered, never forgotten"',
  async (t) => {
    const total = 10_000;
    for (const ringBytes of [4096, 4 * 2 ** 20]) {
      const { system, events } = await start({ ...MANY_DEATHS, ringBytes });
      const target = subject(system, 'target', 1);
      const mortal = subject(system, 'mortal', 1, { restart: 'temporary' });
      const sender = subject(system, 'sender', 2);
      await Promise.all([target, mortal, sender].map((ref) => ref.ask({ type: 'report' })));
      await block(subject(system, 'blocker', 1));
      for (let i = 0; i < total; i++) {
        target.tell({ type: 'note', text: String(i) });
        if (i < 100) mortal.tell({ type: 'note', text: String(i) });
      }
      system.killThread(1);
      const { lostAtMost } = await died(events);
      const { notes, incarnation: is } = await target.ask({ type: 'report' });
      t.equal(is, 1);
      t.same(
        notes,
        Array.from({ length: total }, (_, i) => String(i)),
        'all, once, in order',
      );
      await t.rejects(mortal.ask({ type: 'report' }), { code: 'ERR_NO_SUCH_ACTOR' });
      const { deadLetters } = system.metrics();
      t.ok(deadLetters >= 100, 'those of an actor that does not come back are dead letters');
      t.ok(lostAtMost <= 2, `nothing had been taken in: lost <= ${lostAtMost}`);
      t.ok(conserves(system).holds, conserves(system).says);
      t.ok((await system.stop()).clean);
    }
  },
);

t.test(
  '"says how many at most": messages in the mailboxes of a killed thread are counted as lost',
  async (t) => {
    const { system, events } = await start(MANY_DEATHS);
    const holder = subject(system, 'holder', 1);
    holder.tell({ type: 'hold' });
    for (let i = 0; i < 1000; i++) holder.tell({ type: 'note', text: 'lost' });
    await subject(system, 'probe', 1).ask({ type: 'report' });
    system.killThread(1);
    const { lostAtMost } = await died(events);
    t.ok(lostAtMost >= 1000 && lostAtMost <= 1005, `lost <= ${lostAtMost}`);
    t.same((await holder.ask({ type: 'report' })).notes, []);
    const { total, queued } = system.metrics();
    t.equal(total.lostAtMost, lostAtMost);
    t.equal(queued, 0);
    t.ok(conserves(system).holds, conserves(system).says);
    t.ok((await system.stop()).clean);
  },
);

t.test(
  '"a `Terminated` always comes, exactly once, also [...] on a dead thread", and none for an actor that is restarted',
  async (t) => {
    for (const watcherOn of [0, 1, 2]) {
      const { system, events } = await start(MANY_DEATHS);
      const watcher = subject(system, 'watcher', watcherOn);
      const mortal = subject(system, 'mortal', 1, { restart: 'temporary' });
      const revenant = subject(system, 'revenant', 1);
      await Promise.all([mortal, revenant].map((ref) => ref.ask({ type: 'report' })));
      for (const actor of [mortal, revenant]) watcher.tell({ type: 'watch', actor });
      await watcher.ask({ type: 'report' });
      system.killThread(1);
      await replaced(events);
      // A watcher on the dead thread begins anew and watches one that is dead already.
      if (watcherOn === 1)
        for (const actor of [mortal, revenant]) watcher.tell({ type: 'watch', actor });
      const of = (ref: Child) => (event: { name: string; payload: { id: string } }) =>
        event.name === 'terminated' && event.payload.id === ref.id;
      await events.until('user', of(mortal));
      t.equal(await incarnation(revenant), 1);
      await watcher.ask({ type: 'report' });
      t.equal(events.seen('user', of(mortal)).length, 1, `watcher on ${watcherOn}`);
      t.equal(events.seen('user', of(revenant)).length, 0);
      await system.stopActor(revenant);
      await events.until('user', of(revenant));
      t.equal(events.seen('user', of(revenant)).length, 1, 'the watch has survived the thread');
      t.ok((await system.stop()).clean);
    }
  },
);

t.test('"link": an actor linked to one on the dead thread fails with it', async (t) => {
  for (const linkedOn of [0, 2]) {
    for (const restart of ['temporary', 'transient'] as const) {
      const { system, events } = await start(MANY_DEATHS);
      const linked = subject(system, 'linked', linkedOn);
      const peer = subject(system, 'peer', 1, { restart });
      await peer.ask({ type: 'report' });
      linked.tell({ type: 'link', actor: peer });
      await linked.ask({ type: 'report' });
      await peer.ask({ type: 'report' });
      system.killThread(1);
      await events.until('actor-restarted', shown(linked));
      t.equal(await incarnation(linked), 1);
      t.equal(countOf(events, 'actor-failed', linked), 1);
      t.ok((await system.stop()).clean);
    }
  }
});

t.test(
  '"Deadline always": asks that the dead thread had read fail as such, those unread are answered by the new incarnation',
  async (t) => {
    const { system, events } = await start(MANY_DEATHS);
    const target = subject(system, 'target', 1);
    const inHand = target.ask({ type: 'late-answer' }, { timeoutMs: 60_000 });
    const asker = subject(system, 'asker', 2);
    asker.tell({ type: 'ask-and-note', actor: target, text: 'asked from 2' });
    await events.untilUser('asking');
    await target.ask({ type: 'report' });
    await block(subject(system, 'blocker', 1));
    const unread = target.ask({ type: 'report' }, { timeoutMs: 60_000 });
    system.killThread(1);
    await t.rejects(limited('the ask in hand', inHand), { code: 'ERR_THREAD_DIED' });
    t.equal((await limited('the unread ask', unread)).incarnation, 1);
    await events.until('actor-restarted', shown(asker));
    t.equal(await incarnation(asker), 1, 'an asker on another thread hears of it too');
    t.ok((await system.stop()).clean);
  },
);

t.test('an asker that died with its thread is no trouble to whom it asked', async (t) => {
  const { system, events } = await start(MANY_DEATHS);
  const target = subject(system, 'target', 2);
  const asker = subject(system, 'asker', 1);
  asker.tell({ type: 'ask-and-note', actor: target, text: 'x' });
  await events.untilUser('asking');
  await target.ask({ type: 'report' });
  system.killThread(1);
  await replaced(events);
  target.tell({ type: 'release-answer' });
  await events.untilUser('answered');
  const { notes, incarnation: is } = await asker.ask({ type: 'report' });
  t.equal(is, 1);
  t.same(notes, [], 'the late reply is void');
  t.equal(await incarnation(target), 0);
  t.ok((await system.stop()).clean);
});

t.test(
  'transferred parts in flight to a dead thread: their message is a dead letter, the next one arrives',
  async (t) => {
    const { system, events } = await start(MANY_DEATHS);
    const target = subject(system, 'target', 1);
    await target.ask({ type: 'report' });
    await block(subject(system, 'blocker', 1));
    for (let i = 0; i < 10; i++) {
      const bytes = new Uint8Array(1000 + i);
      target.tell({ type: 'payload', bytes }, { transfer: [bytes.buffer] });
    }
    target.tell({ type: 'note', text: 'plain' });
    const sent = target.send({ type: 'payload', bytes: new Uint8Array(new SharedArrayBuffer(4)) });
    const refused = t.rejects(limited('the refusal', sent), { code: 'ERR_THREAD_DIED' });
    system.killThread(1);
    await replaced(events);
    const after = new Uint8Array(7);
    target.tell({ type: 'payload', bytes: after }, { transfer: [after.buffer] });
    t.same((await target.ask({ type: 'report' })).notes, ['plain', 'bytes 7'], 'order is kept');
    await refused;
    t.equal(system.metrics().total['dead:attachment-lost'], 11);
    t.ok(conserves(system).holds, conserves(system).says);
    t.ok((await system.stop()).clean);
  },
);

t.test(
  'large messages in flight to and from a dead thread neither stick nor tear the next one',
  async (t) => {
    const { system, events } = await start({ ...MANY_DEATHS, ringBytes: 16_384 });
    const target = subject(system, 'target', 1);
    await target.ask({ type: 'report' });
    await block(subject(system, 'blocker', 1));
    const text = 'x'.repeat(300_000);
    for (let i = 0; i < 5; i++) target.tell({ type: 'note', text });
    system.killThread(1);
    await replaced(events);
    target.tell({ type: 'note', text: 'small' });
    const { notes } = await target.ask({ type: 'report' });
    t.equal(notes.at(-1), 'small');
    t.ok(
      notes.slice(0, -1).every((note) => note === text),
      'whole or not at all',
    );
    t.ok(conserves(system).holds, conserves(system).says);
    t.equal(
      notes.length -
        1 +
        system.metrics().total['dead:thread-died'] +
        system.metrics().total['dead:damaged'],
      5,
    );
    t.ok((await system.stop()).clean);
  },
);

t.test('a port that was given to an actor on a thread that died closes', async (t) => {
  const { system, events } = await start(MANY_DEATHS);
  const target = subject(system, 'target', 1);
  const { port1, port2 } = new MessageChannel();
  const closed = new Promise((resolve) => port1.once('close', resolve));
  await block(subject(system, 'blocker', 1));
  target.tell({ type: 'payload', bytes: port2 as never }, { transfer: [port2] });
  system.killThread(1);
  await replaced(events);
  await limited('the close', closed);
  t.ok((await system.stop()).clean);
});
