import t, { type Test } from 'tap';
import type { ActorRef, SpawnOptions } from '../../runtime/index.js';
import { Blockade } from '../support/blocking.js';
import { assertConserved, deadLetters } from '../support/conservation.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { untilAsync } from '../support/turns.js';
import { Backlog, type BacklogMessage, Keeper, Pair } from './fixtures/backlog.js';
import { Collector } from './fixtures/collector.js';
import { Latch } from './fixtures/latch.js';
import { Watchman } from './fixtures/watchman.js';

const PROMISE = 'no user traffic can delay signals behind user messages';
const MAIL_COUNT = 60_000;

/** A system with a log, and a way to fill the mailbox of an actor whose turn is held. */
async function setUp(t: Test) {
  const system = await startSystem(t);
  const log = system.spawn(Collector, undefined, { placement: 0 });
  const latch = system.spawn(Latch, undefined, { placement: 0 });
  const fill = async (ref: ActorRef<BacklogMessage>): Promise<void> => {
    ref.tell({ type: 'hold', latch });
    await latch.ask({ type: 'arrivals', count: 1 });
    for (let n = 0; n < MAIL_COUNT; n++) ref.tell({ type: 'item', n });
    await untilAsync(
      'the mailbox is full',
      async () => (await system.inspect(ref))?.queued === MAIL_COUNT,
    );
  };
  const spawn = (placement: number, options: SpawnOptions = {}) =>
    system.spawn(Backlog, { log }, { placement, ...options });
  return { system, log, latch, fill, spawn };
}

for (const { where, placement } of PLACES) {
  t.test(`${PROMISE}: stop, ${where}`, async (t) => {
    const { system, log, latch, fill, spawn } = await setUp(t);
    const target = spawn(placement);
    await fill(target);
    const stopped = system.stopActor(target);
    await untilAsync('the end', async () => (await system.inspect(target))?.status === 'ending');
    latch.tell({ type: 'open' });
    t.same(await stopped, { type: 'shutdown' });
    t.same(await log.ask({ type: 'take', count: 1 }), ['end of 0: shutdown after 0 items']);
    await assertConserved(t, system);
    t.equal(deadLetters(system, 'stopped'), MAIL_COUNT, 'none was handled, none is forgotten');
  });

  t.test(`${PROMISE}: a kill does not even wait for the turn, ${where}`, async (t) => {
    const { system, fill, spawn } = await setUp(t);
    const target = spawn(placement, { shutdownMs: 'kill' });
    await fill(target);
    t.same(await system.stopActor(target), { type: 'killed' });
    await assertConserved(t, system);
    t.equal(deadLetters(system, 'stopped'), MAIL_COUNT);
  });

  t.test(`${PROMISE}: watch and Terminated, ${where}`, async (t) => {
    const { system, log, latch, fill, spawn } = await setUp(t);
    const target = spawn(placement);
    const victim = system.spawn(Watchman, { log }, { placement: 1 });
    target.tell({ type: 'watch', actor: victim });
    await target.ask({ type: 'handled' });
    await fill(target);
    // It is watched itself while its mailbox is full and its turn held.
    const watcher = system.spawn(Watchman, { log }, { placement: 2 });
    watcher.tell({ type: 'watch-as', actor: target, name: 'the busy one' });
    await watcher.ask({ type: 'incarnation' });
    victim.tell({ type: 'stop' });
    await system.terminated(victim);
    latch.tell({ type: 'open' });
    const values = await log.ask({ type: 'take', count: 3 });
    t.same(
      values.filter((value) => value !== 'end of 0: normal'),
      ['gone: normal', 'first item in 0'],
      'it hears of the end before the first item',
    );
    await system.stopActor(target);
    const all = await log.ask({ type: 'take', count: 5 });
    t.ok(all.includes('gone: the busy one'), 'and its own end is told');
  });

  t.test(`${PROMISE}: a restart of the whole group, ${where}`, async (t) => {
    const { system, log, latch, fill } = await setUp(t);
    const pair = system.spawn(Pair, { log, placement }, { placement: 0, name: 'pair' });
    await system.started(pair);
    const child = async (name: string) =>
      (await system.resolve(`/user/pair/${name}`)) as ActorRef<BacklogMessage>;
    const [one, two] = [await child('one'), await child('two')];
    await fill(two);
    one.tell({ type: 'crash' });
    await untilAsync('the end', async () => (await system.inspect(two))?.status === 'ending');
    latch.tell({ type: 'open' });
    t.same(await log.ask({ type: 'take', count: 2 }), [
      'end of 0: shutdown after 0 items',
      'first item in 1',
    ]);
    t.equal((await two.ask({ type: 'handled' })).length, MAIL_COUNT, 'the mail is kept');
    await assertConserved(t, system);
  });

  t.test(`no overflow policy can drop signals, ${where}`, async (t) => {
    const { system, log, latch, spawn } = await setUp(t);
    const target = spawn(placement, { mailbox: { capacity: 1, overflow: 'drop-oldest' } });
    target.tell({ type: 'hold', latch });
    await latch.ask({ type: 'arrivals', count: 1 });
    for (let n = 0; n < 1000; n++) target.tell({ type: 'item', n });
    const watcher = system.spawn(Watchman, { log }, { placement: 2 });
    watcher.tell({ type: 'watch-as', actor: target, name: 'it' });
    await watcher.ask({ type: 'incarnation' });
    const stopped = system.stopActor(target);
    for (let n = 0; n < 1000; n++) target.tell({ type: 'item', n });
    await untilAsync('the end', async () => (await system.inspect(target))?.status === 'ending');
    latch.tell({ type: 'open' });
    await stopped;
    const values = await log.ask({ type: 'take', count: 2 });
    t.ok(values.includes('gone: it'));
    await assertConserved(t, system);
  });
}

t.test(
  'no full ring can delay signals: stop reaches a thread that was blocked first',
  async (t) => {
    const system = await startSystem(t, { ringBytes: 4096 });
    const log = system.spawn(Collector, undefined, { placement: 0 });
    const keeper = system.spawn(Keeper, { log, placement: 1 }, { placement: 0 });
    const child = await keeper.ask({ type: 'child' });
    await child.ask({ type: 'handled' });
    const blockade = new Blockade();
    child.tell({ type: 'block', words: blockade.words });
    await blockade.entered();
    for (let n = 0; n < 20_000; n++) child.tell({ type: 'item', n });
    const gone = system.terminated(child);
    await keeper.send({ type: 'stop-child' });
    await keeper.ask({ type: 'child' });
    blockade.lift();
    t.same(await gone, { type: 'shutdown' });
    t.same(await log.ask({ type: 'take', count: 1 }), ['end of 0: shutdown after 0 items']);
    await assertConserved(t, system);
    const { total } = system.metrics();
    t.equal(total['dead:stopped'] + total['dead:no-such-actor'], 20_000);
  },
);

t.test('signals have reserved room: more of them than their ring holds all arrive', async (t) => {
  const system = await startSystem(t, { ringBytes: 4096 });
  const blocker = system.spawn(Backlog, {}, { placement: 1 });
  await system.started(blocker);
  const blockade = new Blockade();
  blocker.tell({ type: 'block', words: blockade.words });
  await blockade.entered();
  const spawned = Array.from({ length: 3000 }, () => system.spawn(Backlog, {}, { placement: 1 }));
  const ends = spawned.slice(0, 1000).map((ref) => system.stopActor(ref));
  blockade.lift();
  t.equal(new Set((await Promise.all(ends)).map(({ type }) => type)).size, 1);
  await Promise.all(spawned.slice(1000).map((ref) => system.started(ref)));
  t.equal(
    await spawned
      .at(-1)!
      .ask({ type: 'handled' })
      .then(({ length }) => length),
    0,
  );
});
