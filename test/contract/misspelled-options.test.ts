import t, { type Test } from 'tap';
import {
  Balancer,
  type BrokerAddress,
  CacheStore,
  cache,
  eventsAfter,
  aggregates as hostAggregates,
  openBroker,
  openCache,
  openJournal,
  project,
  Raft,
  RaftClient,
  Replica,
  startBroker,
  startJournal,
  startRaft,
  startRegistry,
  transactAggregates,
} from '../../actors/index.js';
import {
  type ActorSystem,
  consoleLogger,
  DeliveryLog,
  HashRing,
  JumpHash,
  MemoryJournal,
  openReads,
  openStore,
  Rendezvous,
  reliable,
  START,
  Timeout,
} from '../../runtime/index.js';
import { LmdbJournal } from '../../runtime/journal/lmdb/index.js';
import { PostgresJournal } from '../../runtime/journal/postgres/index.js';
import { Simulation } from '../../runtime/testkit/index.js';
import { Account } from '../actors/aggregate/account.js';
import { Counter } from '../actors/raft/fixtures/counter.js';
import { assertTroupeError, rejection, thrown } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { Collector } from './fixtures/collector.js';

// A misspelled option would have its default, unseen: every public call that takes options refuses what it does not know.

/** Given the wrong options, throws or rejects; with one name that is known, so that the refusal can name it. */
type Call = (wrong: never) => unknown;
/** Makes a good object of options; the wrong ones are these and one more. */
type Row = readonly [what: string, known: string, call: Call, good?: object];

const NAME = 'mispelled';

async function failure(call: () => unknown): Promise<Error> {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return error as Error;
  }
  return rejection(Promise.resolve(result));
}

async function allRefuse(t: Test, rows: readonly Row[]): Promise<void> {
  for (const [what, known, call, good = {}] of rows) {
    const wrong = { ...good, [NAME]: 1 } as never;
    const error = await failure(() => call(wrong));
    t.comment(what);
    assertTroupeError(t, error, 'ERR_OPTION', `'${NAME}' is an unknown option`, known);
  }
}

const nodes = [{ id: 'a' }, { id: 'b' }];
const chance = { next: () => 0 };

t.test('options of the runtime', async (t) => {
  const system = await startSystem(t, { threads: 0, metrics: true });
  const start = (options: object): Promise<ActorSystem> =>
    (system.constructor as typeof ActorSystem).start({ threads: 0, ...options });
  const log = system.spawn(DeliveryLog, {}, { placement: 'main' });
  await allRefuse(t, [
    ['serveDashboard', 'token', (wrong) => system.serveDashboard(wrong)],
    ['watchdog', 'warnMs', (watchdog) => start({ watchdog })],
    ['threadIntensity', 'periodMs', (threadIntensity) => start({ threadIntensity })],
    ['supervision', 'strategy', (supervision) => start({ supervision })],
    ['resourceLimits', 'stackSizeMb', (resourceLimits) => start({ resourceLimits })],
    ['entry', 'module', (entry) => start({ entry }), { module: 'x', name: 'y' }],
    ['Simulation.start', 'threads', (wrong) => Simulation.start(wrong)],
    [
      'backoff',
      'factor',
      (backoff) => system.spawn(Collector, undefined, { backoff, placement: 'main' }),
      { minMs: 1, maxMs: 2 },
    ],
    ['reliable', 'capacity', (wrong) => reliable(system, log as never, wrong)],
    [
      'the journal of reliable',
      'id',
      (journal) => reliable(system, log as never, { journal }),
      { log, id: 'x' },
    ],
    ['consoleLogger', 'level', (wrong) => consoleLogger(wrong)],
    ['a call', 'deadline', (wrong) => new Timeout({ ms: 5 }).run(() => 1, wrong)],
    ['HashRing', 'virtualNodes', (wrong) => new HashRing(nodes, wrong)],
    ['JumpHash', 'version', (wrong) => new JumpHash(nodes, wrong)],
    ['Rendezvous', 'version', (wrong) => new Rendezvous(nodes, wrong)],
  ]);
  const wrongLog = system.spawn(DeliveryLog, { messages: 4 } as never, { placement: 'main' });
  const failed = await rejection(system.started(wrongLog));
  assertTroupeError(t, failed.cause, 'ERR_OPTION', "'messages'", 'messageCount');
});

t.test('options, ranges and transactions of journals', async (t) => {
  const journal = new MemoryJournal();
  const folder = { path: t.testdir() };
  const onLmdb = await LmdbJournal.open({ path: t.testdir() });
  t.teardown(() => onLmdb.close());
  for (const store of [journal, onLmdb]) {
    await allRefuse(t, [
      ['transact', 'durability', (wrong) => store.transact({}, wrong)],
      ['read', 'backward', (wrong) => store.read('s', wrong)],
      ['scan', 'backward', (wrong) => store.scan('t', wrong)],
    ]);
    const append = { stream: 's', expected: 'any', values: [] };
    const put = { table: 't', key: 'k', value: 1 };
    const truncate = { stream: 's', before: 1 };
    for (const wrong of [
      { append: [append] },
      { appends: [{ ...append, fence: 4 }] },
      { puts: [{ ...put, expect: 'absent' }] },
      { truncates: [{ ...truncate, tombestone: true }] },
    ]) {
      const error = await failure(() => store.transact(wrong as never));
      assertTroupeError(t, error, 'ERR_JOURNAL_TRANSACTION', 'is an unknown field');
    }
    t.same(await store.readAll(START), [], 'nothing was written');
    const durable = await failure(() => store.transact({}, { durability: 'safe' } as never));
    assertTroupeError(t, durable, 'ERR_OPTION', "'safe'", 'flushed');
  }
  await allRefuse(t, [
    ['MemoryJournal', 'freeze', (wrong) => new MemoryJournal(wrong)],
    ['memory', 'freeze', openStore as Call, { kind: 'memory' }],
    ['lmdb', 'owner', openStore as Call, { kind: 'lmdb', ...folder }],
    ['postgres', 'schema', openStore as Call, { kind: 'postgres', url: 'postgres://x' }],
    ['reads', 'path', openReads as Call, { kind: 'lmdb', ...folder }],
    ['LmdbJournal', 'owner', (wrong) => LmdbJournal.open(wrong), folder],
    ['PostgresJournal', 'url', (wrong) => PostgresJournal.open(wrong), { url: 'postgres://x' }],
  ]);
  for (const none of [undefined, null, 'memory', { kind: 'toString' }]) {
    assertTroupeError(t, await failure(() => openStore(none as never)), 'ERR_OPTION', "'memory'");
  }
  assertTroupeError(t, await failure(() => LmdbJournal.open({} as never)), 'ERR_OPTION', 'folder');
  const noUrl = await failure(() => PostgresJournal.open({} as never));
  assertTroupeError(t, noUrl, 'ERR_OPTION', 'url');
});

t.test('options of the journal actor and of aggregates', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const address = await startJournal(system, { kind: 'memory' });
  const journal = openJournal(system, address);
  t.teardown(() => journal.close());
  const accounts = await hostAggregates(system, Account);
  const one = accounts.ref('a');
  const open = { type: 'open' } as const;
  const any = { expected: 'any' };
  const host = (options: object): unknown => hostAggregates(system, Account, options);
  await allRefuse(t, [
    ['startJournal', 'pendingCount', (wrong) => startJournal(system, { kind: 'memory' }, wrong)],
    ['its store', 'freeze', (store) => startJournal(system, store), { kind: 'memory' }],
    ['openJournal', 'timeoutMs', (wrong) => openJournal(system, address, wrong)],
    ['transact through it', 'durability', (wrong) => journal.transact({}, wrong)],
    ['read through it', 'backward', (wrong) => journal.read('s', wrong)],
    ['aggregates', 'queueCount', (wrong) => host(wrong)],
    ['commandIds', 'keepMs', (commandIds) => host({ commandIds })],
    ['execute', 'commandId', (wrong) => one.execute(open, wrong), any],
    ['step', 'expected', (wrong) => one.step(open, wrong), any],
    [
      'transactAggregates',
      'commandId',
      (wrong) => transactAggregates(journal, [one.step(open, { expected: 'any' })], wrong),
    ],
    ['eventsAfter', 'pageCount', (wrong) => eventsAfter(journal, Account, START, wrong)],
    ['project', 'placement', (wrong) => project(system, {} as never, wrong), { journal: address }],
  ]);
  t.match(await one.state(), { version: 0 }, 'nothing was executed');
});

t.test('options of the broker', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const address: BrokerAddress = await startBroker(system, {
    streams: { work: { subjects: ['work.>'] } },
  });
  const broker = await openBroker(system, address);
  t.teardown(() => broker.close());
  await broker.openGroup('work', 'there');
  const subjects = { subjects: ['x.>'] };
  const message = { subject: 'work.a', payload: 1 };
  await allRefuse(t, [
    ['startBroker', 'shards', (wrong) => startBroker(system, wrong)],
    ['its streams', 'subjects', (x) => startBroker(system, { streams: { x } }), subjects],
    ['createStream', 'maxAgeMs', (wrong) => broker.createStream('x', wrong), subjects],
    ['updateStream', 'maxAgeMs', (wrong) => broker.updateStream('work', wrong)],
    ['openGroup', 'ackWaitMs', (wrong) => broker.openGroup('work', 'new', wrong)],
    ['of a group that is there', 'ackWaitMs', (wrong) => broker.openGroup('work', 'there', wrong)],
    ['its retry', 'jitter', (retry) => broker.openGroup('work', 'new', { retry })],
    ['publish', 'delayMs', (wrong) => broker.publish('work.a', 1, wrong)],
    ['publishBatch', 'payload', (wrong) => broker.publishBatch([wrong]), message],
    ['in it', 'ttlMs', (options) => broker.publishBatch([{ ...message, options }])],
    ['publisher', 'whenFull', (wrong) => broker.publisher(wrong)],
    ['request', 'timeoutMs', (wrong) => broker.request('x', 1, wrong)],
    ['subscribe', 'capacity', (wrong) => broker.subscribe('x', wrong)],
    ['consume', 'batch', (wrong) => broker.consume('work', 'there', wrong)],
    ['its group', 'filter', (create) => broker.consume('work', 'there', { create })],
    ['fetch', 'expiresMs', (wrong) => broker.fetch('work', 'there', wrong)],
    ['the group of a fetch', 'filter', (create) => broker.fetch('work', 'there', { create })],
    ['schedule', 'everyMs', (wrong) => broker.schedule('s', wrong), { ...message, everyMs: 10 }],
    [
      'the options of a schedule',
      'priority',
      (options) => broker.schedule('s', { ...message, everyMs: 10, options }),
    ],
    ['purge', 'before', (wrong) => broker.purge('work', wrong)],
    ['redrive', 'reason', (wrong) => broker.redrive('work', wrong)],
  ]);
  for (const startAt of [{ sequence: 4 }, { seq: 1, timeMs: 2 }, {}, null, 'begin']) {
    const error = await failure(() => broker.openGroup('work', 'new', { startAt } as never));
    assertTroupeError(t, error, 'ERR_OPTION', 'startAt', 'last-per-subject');
    const reset = await failure(() => broker.reset('work', 'there', startAt as never));
    assertTroupeError(t, reset, 'ERR_OPTION', 'startAt');
  }
  t.match(
    await broker.streamInfo('work'),
    { messages: 0, groups: ['there'] },
    'nothing was published',
  );
  await broker.publish('work.a', 1);
  const [delivery] = await broker.fetch('work', 'there', { batch: 1 });
  await allRefuse(t, [
    ['complete', 'publish', (wrong) => delivery!.complete(wrong)],
    ['its messages', 'subject', (wrong) => delivery!.complete({ publish: [wrong] }), message],
  ]);
  t.notOk(delivery!.isSettled);
  await delivery!.ack();
});

t.test('options of raft, of the cache and of the registry', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const group = startRaft(system, Counter, { name: 'g', nodes: 1 });
  const shared = cache(system);
  const registry = await startRegistry(system);
  await registry.register({ service: 'here', instance: 'i' });
  const subscriber = registry.ref as never;
  const raft = { id: 1, chance };
  await allRefuse(t, [
    ['startRaft', 'tickMs', (wrong) => startRaft(system, Counter, wrong), { name: 'h' }],
    ['RaftClient', 'attemptMs', (wrong) => new RaftClient(group, wrong)],
    ['Raft', 'preVote', (wrong) => new Raft(wrong), raft],
    ['Replica', 'trailing', (wrong) => new Replica(wrong), { raft, machine: {} }],
    ['cache', 'replicas', (wrong) => cache(system, wrong)],
    ['near', 'ttlMs', (near) => cache(system, { near })],
    ['openCache', 'near', (wrong) => openCache(system, shared.ref, wrong)],
    ['set', 'ttlMs', (wrong) => shared.set('a', 1, wrong)],
    ['CacheStore', 'eviction', (wrong) => new CacheStore(wrong, 0)],
    ['startRegistry', 'sweepMs', (wrong) => startRegistry(system, wrong)],
    ['register', 'zone', (wrong) => registry.register(wrong), { service: 's', instance: 'i' }],
    [
      'its checks',
      'ttlMs',
      (c) => registry.register({ service: 's', instance: 'i', checks: { c } }),
      { kind: 'ttl', ttlMs: 10 },
    ],
    ['discover', 'tags', (wrong) => registry.discover('s', wrong)],
    ['of a service that is there', 'tags', (wrong) => registry.discover('here', wrong)],
    ['listen', 'tags', (wrong) => registry.listen('s', () => {}, wrong)],
    ['watch', 'from', (wrong) => registry.watch(subscriber, 'n', 's', wrong)],
    ['lock', 'ttlMs', (owner) => registry.lock('k', owner), { name: 'o', ttlMs: 1000 }],
    ['Balancer', 'policy', (wrong) => new Balancer(wrong)],
  ]);
  assertTroupeError(
    t,
    thrown(() => new RaftClient({ nodes: [] } as never)),
    'ERR_OPTION',
    'startRaft',
  );
});
