import t from 'tap';
import {
  type BrokerOptions,
  type GroupOptions,
  openBroker,
  type PublishResult,
  type StandardSchema,
  startBroker,
} from '#actors/index.js';
import type { SystemOptions } from '#runtime/index.js';
import { type Cleanup, startSystem } from '../../support/system.js';
import { untilAsync } from '../../support/turns.js';

async function start(t: Cleanup, options: BrokerOptions, own: SystemOptions = { threads: 0 }) {
  const system = await startSystem(t, own);
  const address = await startBroker(system, options);
  return { system, address, broker: await openBroker(system, address) };
}

const WORK = { work: { subjects: ['work.>'], retention: 'workqueue' } } as const;
const create: GroupOptions = { retry: { minMs: 0, maxMs: 0 } };

/** A schema by hand: what `accepts` says fits. */
function schema<T>(accepts: (value: unknown) => boolean): StandardSchema<T> {
  const validate = (value: unknown) =>
    accepts(value) ? { value: value as T } : { issues: [{ message: 'not so' }] };
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

t.test('bad input is a typed error, and nothing happens', async (t) => {
  const { broker, system, address } = await start(t, {
    streams: { work: { ...WORK.work, maxPayloadBytes: 10 } },
  });
  const subject = { code: 'ERR_BROKER_SUBJECT' };
  for (const bad of ['', 'a..b', 'work.*', 'work.>', 'x'.repeat(10_000)]) {
    await t.rejects(broker.publish(bad, 1), subject, bad.slice(0, 20));
    await t.rejects(broker.request(bad, 1), subject);
  }
  for (const bad of ['', 'a..b', 'a.>.b', 'x'.repeat(10_000)])
    await t.rejects(broker.subscribe(bad), subject);
  await t.rejects(broker.publish('work.a', 'x'.repeat(11)), { code: 'ERR_BROKER_PAYLOAD' });
  await t.rejects(broker.publish('work.a', 1, { priority: 10 }), { code: 'ERR_OPTION' });
  await t.rejects(broker.publish('work.a', 1, { delayMs: Number.NaN }), { code: 'ERR_OPTION' });
  await t.rejects(broker.fetch('none', 'g'), { code: 'ERR_BROKER_UNKNOWN' });
  await t.rejects(broker.fetch('work', 'g'), { code: 'ERR_BROKER_UNKNOWN' });
  await t.rejects(broker.groupInfo('work', 'g'), { code: 'ERR_BROKER_UNKNOWN' });
  await t.rejects(broker.streamInfo('none'), { code: 'ERR_BROKER_UNKNOWN' });
  await t.rejects(broker.openGroup('work', 'a b'), { code: 'ERR_BROKER_STREAM' });
  await t.rejects(broker.openGroup('work', 'g', { filter: 'a..b' }), subject);
  await t.rejects(broker.openGroup('work', 'g', { ackWaitMs: 0 }), { code: 'ERR_OPTION' });
  await t.rejects(broker.createStream('work', { subjects: ['z'] }), { code: 'ERR_BROKER_STREAM' });
  await t.rejects(broker.createStream('other', { subjects: ['*.a'] }), {
    code: 'ERR_BROKER_STREAM',
  });
  await t.rejects(broker.createStream('other', { subjects: [] }), { code: 'ERR_OPTION' });
  t.match(await broker.streamInfo('work'), { messages: 0, lastSeq: 0 });
  broker.close();
  await t.rejects(broker.publish('work.a', 1), { code: 'ERR_BROKER_CLOSED' });
  await t.rejects(broker.subscribe('a'), { code: 'ERR_BROKER_CLOSED' });
  const late = await openBroker(system, address);
  await system.stop();
  await t.rejects(late.subscribe('a'), { name: 'TroupeError' }, 'subscribe after stop');
  await t.rejects(late.publish('work.a', 1), { name: 'TroupeError' }, 'publish after stop');
});

t.test('a value that cannot be sent fails alone, not with what travels beside it', async (t) => {
  const { broker } = await start(t, { streams: WORK }, { threads: 1 });
  const results = await Promise.allSettled([
    broker.publish('work.a', 1),
    broker.publish('work.a', { f: () => 1 }),
    broker.publish('work.a', 3),
  ]);
  t.match(results, [
    { value: { status: 'stored' } },
    { reason: { code: 'ERR_NOT_SENDABLE' } },
    { value: { status: 'stored' } },
  ]);
});

t.test(
  'what does not fit the schema is refused at publish, and dead at once at the consumer',
  async (t) => {
    const { broker } = await start(t, { streams: WORK });
    const isNumber = schema<number>((value) => typeof value === 'number');
    const publisher = broker.publisher<number>({ schema: isNumber, prefix: 'work' });
    t.match(await publisher.publish('a', 1), { status: 'stored' });
    await t.rejects(publisher.publish('a', 'one' as never), { code: 'ERR_BROKER_PAYLOAD' });
    await broker.publish('work.a', 'one');
    const found = await broker.fetch('work', 'g', { create, schema: isNumber });
    t.same(
      found.map(({ payload }) => payload),
      [1],
    );
    await found[0]!.ack();
    await untilAsync('it is dead', async () => (await broker.read('work.dead')).length === 1);
    t.match(await broker.read('work.dead'), [
      { payload: 'one', dead: { reason: 'undecodable', deliveries: 1 } },
    ]);
    const slow = schema<number>(() => true);
    const async = { '~standard': { ...slow['~standard'], validate: async () => ({ value: 1 }) } };
    await t.rejects(broker.publisher({ schema: async }).publish('work.a', 1), {
      code: 'ERR_BROKER_PAYLOAD',
    });
  },
);

t.test(
  'publications over the bound wait, in their order, and a full queue can be waited for',
  async (t) => {
    const { broker } = await start(t, { streams: { work: { ...WORK.work, maxMessages: 20_000 } } });
    const results = await Promise.all(
      Array.from({ length: 20_000 }, (_, n) => broker.publish('work.a', n)),
    );
    t.ok(results.every((result, n) => result.status === 'stored' && result.seq === n + 1));
    t.match(await broker.publish('work.a', 0), { status: 'full', stream: 'work' });
    let isStored = false;
    const waiting = broker
      .publisher({ whenFull: 'wait' })
      .publish('work.a', 'last')
      .then((result) => {
        isStored = true;
        return result;
      });
    const [first] = await broker.fetch('work', 'g', { create, batch: 1 });
    t.notOk(isStored);
    await first!.ack();
    t.match(await waiting, { status: 'stored', seq: 20_001 });
  },
);

t.test(
  'batches count against the bound too, and what waits behind them keeps its place',
  async (t) => {
    const { broker } = await start(t, {
      streams: { work: { ...WORK.work, maxMessages: 100_000 } },
    });
    const batch = (count: number) =>
      broker.publishBatch(Array.from({ length: count }, () => ({ subject: 'work.a', payload: 0 })));
    const seqOf = (result: PublishResult | undefined) =>
      result?.status === 'stored' ? result.seq : result?.status;
    const of = async (results: Promise<readonly PublishResult[]>) => {
      const all = await results;
      return { first: seqOf(all[0]), last: seqOf(all.at(-1)) };
    };
    // The second has no room beside the first, the third none beside the second, which is larger than the bound.
    const ends = await Promise.all([
      of(batch(8000)),
      of(batch(9000)),
      of(broker.publish('work.a', 1).then((result) => [result])),
      of(batch(100)),
    ]);
    t.same(ends, [
      { first: 1, last: 8000 },
      { first: 8001, last: 17_000 },
      { first: 17_001, last: 17_001 },
      { first: 17_002, last: 17_101 },
    ]);
    // Refused ones give their room back.
    const mixed = Array.from({ length: 8000 }, (_, i) => ({ subject: `other.${i}`, payload: i }));
    for (let n = 0; n < 3; n++)
      await t.rejects(broker.publishBatch(mixed), { code: 'ERR_BROKER_STREAM' });
    t.match(await broker.publish('work.a', 2), { status: 'stored', seq: 17_102 });
  },
);

t.test(
  'streams lie on several shards, and a client that knows an old directory finds them',
  async (t) => {
    const { broker, system, address } = await start(t, { shards: 4 }, { threads: 2 });
    const other = await openBroker(system, address);
    const names = Array.from({ length: 12 }, (_, i) => `s${i}`);
    for (const name of names) await broker.createStream(name, { subjects: [`${name}.>`] });
    for (const name of names) {
      t.match(await other.publish(`${name}.a`, 1), { status: 'stored', stream: name, seq: 1 });
      t.match(await other.publishBatch([{ subject: `${name}.a`, payload: 2 }]), [{ seq: 2 }]);
      t.equal((await other.fetch(name, 'g', { create })).length, 2);
    }
    await broker.deleteStream('s3');
    await t.rejects(broker.publishBatch([{ subject: 's3.a', payload: 1 }]), {
      code: 'ERR_BROKER_STREAM',
    });
    t.match(await broker.publish('s3.a', 1), { status: 'delivered', subscribers: 0 });
  },
);

t.test(
  'a retained message is there for those who ask for it; a slow listener loses the oldest',
  async (t) => {
    const { broker } = await start(t, {});
    await broker.publish('price.a', 1, { retain: true });
    await broker.publish('price.a', 2, { retain: true });
    await broker.publish('price.b', 3, { retain: true });
    await broker.publish('price.b', undefined, { retain: true });
    const prices = await broker.subscribe('price.*', { retained: true });
    t.match((await prices.next()).value, { subject: 'price.a', payload: 2 });
    const slow = await broker.subscribe<number>('n', { capacity: 10 });
    for (let n = 0; n < 1000; n++) await broker.publish('n', n);
    let count = 0;
    let last = -1;
    while (last < 999) {
      last = (await slow.next()).value.payload;
      count++;
    }
    t.equal(count + slow.droppedCount, 1000);
    t.ok(slow.droppedCount > 0);
  },
);

t.test('a group can be paused, drained, reset and deleted', async (t) => {
  const { broker } = await start(t, { streams: { s: { subjects: ['s'] } } });
  for (let n = 1; n <= 3; n++) await broker.publish('s', n);
  const [one] = await broker.fetch('s', 'g', { create, batch: 1 });
  let isDrained = false;
  const drained = broker.drain('s', 'g').then((info) => {
    isDrained = true;
    return info;
  });
  await untilAsync('it is paused', async () => (await broker.groupInfo('s', 'g')).isPaused);
  t.same(await broker.fetch('s', 'g', { expiresMs: 1 }), []);
  t.notOk(isDrained);
  await one!.ack();
  t.match(await drained, { isPaused: true, inFlight: 0, floor: 1 });
  await broker.resume('s', 'g');
  const [two] = await broker.fetch('s', 'g', { batch: 1 });
  t.equal(two!.seq, 2);
  await broker.reset('s', 'g', { seq: 1 });
  await t.rejects(two!.ack(), { code: 'ERR_BROKER_STALE' });
  const again = await broker.fetch('s', 'g');
  t.same(
    again.map(({ seq, delivery }) => [seq, delivery]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
  );
  await t.rejects(
    two!.ack(),
    { code: 'ERR_BROKER_STALE' },
    'the numbers of the former group are not its own',
  );
  await broker.deleteGroup('s', 'g');
  await t.rejects(broker.groupInfo('s', 'g'), { code: 'ERR_BROKER_UNKNOWN' });
});

t.test(
  'leaving the loop of a consumer gives back what was not handled; its group stays or goes',
  async (t) => {
    const { broker } = await start(t, { streams: WORK });
    for (let n = 1; n <= 5; n++) await broker.publish('work.a', n);
    for await (const delivery of broker.consume('work', 'g', { create, batch: 5 })) {
      await delivery.ack();
      break;
    }
    const rest = await broker.fetch('work', 'g');
    t.same(
      rest.map(({ payload, failures }) => [payload, failures]),
      [
        [2, 0],
        [3, 0],
        [4, 0],
        [5, 0],
      ],
    );
    await Promise.all(rest.map((each) => each.ack()));
    await broker.deleteGroup('work', 'g');
    const passing = broker.consume('work', 'passing', { create: { isDurable: false } });
    const next = passing.next();
    await untilAsync(
      'it is there',
      async () => (await broker.streamInfo('work')).groups.length === 1,
    );
    passing.close();
    t.equal((await next).done, true);
    t.same((await broker.streamInfo('work')).groups, []);
  },
);

t.test('a pull has limits of messages, bytes and time; the group says who has what', async (t) => {
  const { broker } = await start(t, { streams: WORK });
  for (let n = 1; n <= 5; n++) await broker.publish('work.a', 'x'.repeat(100));
  t.equal((await broker.fetch('work', 'g', { create, bytes: 1 })).length, 1, 'one at least');
  t.equal((await broker.fetch('work', 'g', { bytes: 200 })).length, 2);
  t.equal((await broker.fetch('work', 'g', { batch: 1 })).length, 1);
  const info = await broker.groupInfo('work', 'g');
  t.match(info, { floor: 0, pending: 1, inFlight: 4, waiting: 0, redelivered: 0, lag: 5 });
  t.same(
    info.deliveries.map(({ seq, delivery }) => [seq, delivery]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
    ],
  );
  t.ok(info.deliveries.every(({ holder, ageMs }) => holder.startsWith('troupe/') && ageMs >= 0));
  t.equal((await broker.fetch('work', 'g')).length, 1);
  t.same(await broker.fetch('work', 'g', { expiresMs: 5 }), [], 'nothing came in time');
});

t.test('consumers and subscriptions that end leave nothing behind', async (t) => {
  const { broker } = await start(t, { streams: WORK });
  await broker.publish('work.a', 1);
  for (let i = 0; i < 50; i++) {
    for await (const delivery of broker.consume('work', 'g', { create })) {
      await delivery.release();
      break;
    }
    (await broker.subscribe('a')).close();
  }
  t.match(await broker.publish('a', 1), { subscribers: 0 });
  t.match(await broker.groupInfo('work', 'g'), { consumers: 0, inFlight: 0 });
});

t.test('a client that closes gives back what it has fetched', async (t) => {
  const { broker, system, address } = await start(t, { streams: WORK });
  await broker.publish('work.a', 1);
  const other = await openBroker(system, address);
  for (let i = 0; i < 3; i++) {
    const [held] = await other.fetch('work', 'g', { create });
    await held!.release();
  }
  t.equal((await other.fetch('work', 'g')).length, 1);
  other.close();
  const [again] = await broker.fetch('work', 'g');
  t.match(again, { delivery: 5, failures: 0 });
});
