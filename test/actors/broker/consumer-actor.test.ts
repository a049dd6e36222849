import t from 'tap';
import { openBroker, startBroker } from '#actors/index.js';
import { startSystem } from '../../support/system.js';
import { until, untilAsync } from '../../support/turns.js';
import { Recorder, type RecorderArgs } from './fixtures/consumers.js';

const COUNT = 50;

async function start(t: Parameters<typeof startSystem>[0], own: Partial<RecorderArgs>) {
  // The shard has a thread of its own, which no consumer blocks.
  const system = await startSystem(t, { threads: 3 });
  const address = await startBroker(system, {
    shards: 1,
    streams: { work: { subjects: ['work'], retention: 'workqueue' } },
  });
  const broker = await openBroker(system, address);
  const handled = new SharedArrayBuffer(4 * (COUNT + 1));
  const args: RecorderArgs = {
    broker: address,
    limit: 10,
    ackWaitMs: 60_000,
    maxHandlingMs: 600_000,
    handled,
    deadly: -1,
    slow: -1,
    blockMs: 0,
    ...own,
  };
  return { system, broker, args, handled: new Int32Array(handled) };
}

t.test('a consumer handles what is published, each message once', async (t) => {
  const { system, broker, args, handled } = await start(t, {});
  system.spawn(Recorder, args, { placement: 2 });
  for (let n = 1; n <= COUNT; n++) void broker.publish('work', n);
  await untilAsync('all is done', async () => (await broker.streamInfo('work')).lastSeq === COUNT);
  await untilAsync('all is done', async () => (await broker.streamInfo('work')).messages === 0);
  t.same([...handled.subarray(1)], new Array(COUNT).fill(1));
});

t.test(
  'a consumer whose thread dies gives back at once, and only the message in hand has failed',
  async (t) => {
    const { system, broker, args, handled } = await start(t, { deadly: 5 });
    for (let n = 1; n <= COUNT; n++) await broker.publish('work', n);
    system.spawn(Recorder, args, { placement: 2 });
    // The acknowledgement deadline is a minute: what comes back earlier was given back.
    await untilAsync('all is done', async () => (await broker.streamInfo('work')).messages === 0);
    t.equal(handled[5], 2);
    t.ok(handled.subarray(1).every((times) => times >= 1));
    t.match(await broker.groupInfo('work', 'g'), { dead: 0, inFlight: 0 });
  },
);

t.test('a consumer outlives the loss of a shard that has not read what it asked', async (t) => {
  const { system, broker, args, handled } = await start(t, {});
  const failed: string[] = [];
  system.events.on('actor-failed', ({ actor, error }) => failed.push(`${actor}: ${error.message}`));
  // The shard is on thread 1, and reads nothing while a consumer blocks it there.
  system.spawn(Recorder, { ...args, slow: 1, blockMs: 600_000 }, { placement: 1 });
  await broker.publish('work', 1);
  await until('thread 1 is blocked', () => handled[1] === 1);
  const other = system.spawn(Recorder, args, { placement: 2, restart: 'temporary' });
  await system.started(other);
  const replaced = new Promise((resolve) => system.events.once('thread-replaced', resolve));
  system.killThread(1);
  await replaced;
  await untilAsync('both are attached', async () => {
    const info = await broker.groupInfo('work', 'g').catch(() => undefined);
    return info?.consumers === 2;
  });
  for (let n = 2; n <= COUNT; n++) await broker.publish('work', n);
  await untilAsync('all is done', async () => (await broker.streamInfo('work')).messages === 0);
  t.same([...handled.subarray(2)], new Array(COUNT - 1).fill(1));
  t.same(
    failed.filter((each) => each.includes(String(other.path))),
    [],
  );
});

t.test('a consumer that is stopped gives its messages to another', async (t) => {
  const { system, broker, args, handled } = await start(t, { slow: 1, blockMs: 300 });
  const first = system.spawn(Recorder, args, { placement: 2 });
  for (let n = 1; n <= COUNT; n++) await broker.publish('work', n);
  await until('it has begun', () => handled[1] === 1);
  const stopped = system.stopActor(first);
  system.spawn(Recorder, args, { placement: 1 });
  await stopped;
  await untilAsync('all is done', async () => (await broker.streamInfo('work')).messages === 0);
  t.ok(handled.subarray(1).every((times) => times >= 1));
});

for (const { isExtended, maxHandlingMs, times } of [
  { isExtended: 'is extended: no duplicate', maxHandlingMs: 600_000, times: 1 },
  { isExtended: 'is not extended: one redelivery', maxHandlingMs: 0, times: 2 },
]) {
  t.test(`the deadline of a consumer that blocks its thread ${isExtended}`, async (t) => {
    const own = { slow: 1, blockMs: 2500, ackWaitMs: 1000, maxHandlingMs, limit: 1 };
    const { system, broker, args, handled } = await start(t, own);
    for (const placement of [2, 3]) system.spawn(Recorder, args, { placement });
    await untilAsync('both are attached', async () => {
      const info = await broker.groupInfo('work', 'g').catch(() => undefined);
      return info?.consumers === 2;
    });
    await broker.publish('work', 1);
    await untilAsync('it is done', async () => {
      const { messages } = await broker.streamInfo('work');
      return messages === 0;
    });
    t.equal(handled[1], times);
    await until('the late answer has come', () => handled[0] === times - 1);
    t.match(await broker.groupInfo('work', 'g'), { finished: 1, redelivered: times - 1 });
  });
}
