import t from 'tap';
import { assertConserved, deadLetters } from '../support/conservation.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { nextEvent } from '../support/events.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { until, untilAsync } from '../support/turns.js';
import { Collector } from './fixtures/collector.js';
import { Door } from './fixtures/door.js';
import { Latch } from './fixtures/latch.js';
import { Holding, Interleaving } from './fixtures/turns.js';

for (const { where, placement } of PLACES) {
  t.test(`one message at a time, ${where}`, async (t) => {
    const system = await startSystem(t);
    const latch = system.spawn(Latch, undefined, { placement: 0 });
    const worker = system.spawn(Holding, undefined, { placement });
    const works = Array.from({ length: 20 }, () => worker.ask({ type: 'work', latch }));
    await latch.ask({ type: 'arrivals', count: 1 });
    latch.tell({ type: 'open' });
    t.same(await Promise.all(works), Array(20).fill(1), 'never was a second one begun');
    await assertConserved(t, system);
  });

  t.test(`an async handler holds the turn until it settles, others go on, ${where}`, async (t) => {
    const system = await startSystem(t);
    const latch = system.spawn(Latch, undefined, { placement: 0 });
    const worker = system.spawn(Holding, undefined, { placement });
    const neighbour = system.spawn(Holding, undefined, { placement });
    const work = worker.ask({ type: 'work', latch });
    await latch.ask({ type: 'arrivals', count: 1 });
    let ponged = false;
    const pong = worker.ask({ type: 'ping' }).then((answer) => {
      ponged = true;
      return answer;
    });
    await untilAsync('the ping waits', async () => (await system.inspect(worker))?.queued === 1);
    t.equal((await system.inspect(worker))?.handling, 'work');
    t.equal(await neighbour.ask({ type: 'ping' }), 'pong', 'others on the thread go on');
    t.equal(ponged, false, 'the turn is held');
    latch.tell({ type: 'open' });
    t.same(await Promise.all([work, pong]), [1, 'pong']);
  });

  t.test(`opting out is per actor: interleave, ${where}`, async (t) => {
    const system = await startSystem(t);
    const latch = system.spawn(Latch, undefined, { placement: 0 });
    const worker = system.spawn(Interleaving, undefined, { placement });
    const works = Array.from({ length: 5 }, () => worker.ask({ type: 'work', latch }));
    await latch.ask({ type: 'arrivals', count: 5 });
    t.equal(await worker.ask({ type: 'most' }), 5, 'all five were begun');
    latch.tell({ type: 'open' });
    t.same(await Promise.all(works), [5, 5, 5, 5, 5]);
    const late = await rejection(worker.ask({ type: 'requester-late' }));
    assertTroupeError(t, late, 'ERR_CONTEXT', 'message in hand');
  });

  t.test(`the message is in hand until its async handler settles, ${where}`, async (t) => {
    const system = await startSystem(t);
    const worker = system.spawn(Holding, undefined, { placement });
    t.equal(await worker.ask({ type: 'requester-late' }), 'late, but in the same turn');
  });

  t.test(`behaviours can change (become), ${where}`, async (t) => {
    const system = await startSystem(t);
    const log = system.spawn(Collector, undefined, { placement });
    const door = system.spawn(Door, { log }, { placement });
    door.tell({ type: 'open' });
    door.tell({ type: 'enter', who: 'Ann' });
    t.same(await log.ask({ type: 'take', count: 1 }), ['Ann']);
    const error = await rejection(door.ask({ type: 'incarnation' }));
    assertTroupeError(t, error, 'ERR_UNHANDLED', "'incarnation'");
    door.tell({ type: 'close' });
    t.equal(await door.ask({ type: 'incarnation' }), 0, 'the default behaviour again');
    door.tell({ type: 'open' });
    door.tell({ type: 'crash' });
    t.equal(
      await door.ask({ type: 'incarnation' }),
      1,
      'a new incarnation begins with the default',
    );
    const failed = nextEvent(system, 'actor-failed');
    door.tell({ type: 'vanish' });
    const { message } = (await failed).error;
    t.match(message, /no behaviour 'no-such-behaviour'.*default, opened.*ERR_OPTION/);
  });

  t.test(
    `messages can be stashed: whole envelopes, before what came later, ${where}`,
    async (t) => {
      const system = await startSystem(t);
      const latch = system.spawn(Latch, undefined, { placement: 0 });
      const log = system.spawn(Collector, undefined, { placement });
      const door = system.spawn(Door, { log }, { placement });
      door.tell({ type: 'enter', who: 'Ann' });
      const asked = door.ask({ type: 'enter-and-ask', who: 'Bob' });
      door.tell({ type: 'enter', who: 'Cid' });
      await untilAsync('three wait', async () => (await system.inspect(door))?.stashed === 3);
      t.equal(system.metrics().queued, 3, 'the stashed are still queued');
      // The later ones lie in the mailbox already when the stash is put before them.
      door.tell({ type: 'hold', latch });
      door.tell({ type: 'open' });
      await door.send({ type: 'enter', who: 'Dan' });
      latch.tell({ type: 'open' });
      t.same(await log.ask({ type: 'take', count: 4 }), ['Ann', 'Bob', 'Cid', 'Dan']);
      t.equal(await asked, 'welcome Bob', 'the asker of a stashed message is answered');
      await assertConserved(t, system);
    },
  );

  t.test(`the stash is bounded, ${where}`, async (t) => {
    const system = await startSystem(t);
    const log = system.spawn(Collector, undefined, { placement });
    const door = system.spawn(Door, { log }, { placement });
    const failed = nextEvent(system, 'actor-failed');
    for (const who of ['A', 'B', 'C', 'D', 'E']) door.tell({ type: 'enter', who });
    const { error } = await failed;
    t.match(error.message, /the stash holds 4 messages.*Door.*stashCapacity.*ERR_STASH_FULL/);
    t.equal(await door.ask({ type: 'incarnation' }), 1, 'it is the failure of who stashes');
    await system.stopActor(door);
  });

  t.test(`a restart keeps what is stashed, ${where}`, async (t) => {
    const system = await startSystem(t);
    const log = system.spawn(Collector, undefined, { placement });
    const door = system.spawn(Door, { log }, { placement });
    for (const who of ['A', 'B']) door.tell({ type: 'enter', who });
    door.tell({ type: 'crash' });
    door.tell({ type: 'enter', who: 'C' });
    door.tell({ type: 'open' });
    t.same(await log.ask({ type: 'take', count: 3 }), ['A', 'B', 'C']);
    await assertConserved(t, system);
  });

  t.test(`the stash is drained to dead letters at stop, askers are told, ${where}`, async (t) => {
    const system = await startSystem(t);
    const log = system.spawn(Collector, undefined, { placement });
    const door = system.spawn(Door, { log }, { placement });
    door.tell({ type: 'enter', who: 'Ann' });
    const asked = rejection(door.ask({ type: 'enter-and-ask', who: 'Bob' }));
    await untilAsync('two wait', async () => (await system.inspect(door))?.stashed === 2);
    t.same(await system.stopActor(door), { type: 'shutdown' });
    assertTroupeError(t, await asked, 'ERR_NO_SUCH_ACTOR', "'enter-and-ask'", 'stopped');
    await until('both are dead letters', () => deadLetters(system, 'stopped') === 2);
    await assertConserved(t, system);
  });
}
