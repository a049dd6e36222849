import t from 'tap';
import { connectRegistry, startRegistry } from '#actors/registry/index.js';
import { hasCode } from '#runtime/index.js';
import { assertTroupeError, rejection, thrown } from '../../support/errors.js';
import { startSystem } from '../../support/system.js';
import { until, untilAsync } from '../../support/turns.js';
import { Service, Watcher } from './fixtures/service.js';
import { names, start } from './fixtures/start.js';

t.test('a lease is kept up by its handle, and ends after it is let go', async (t) => {
  const { client } = await start(t);
  const kept = await client.register({ service: 's', instance: 'kept', ttlMs: 600 });
  const released = await client.register({ service: 's', instance: 'let go', ttlMs: 600 });
  released.release();
  await until('it has run out', () => names(client, 's').length === 1);
  t.same(names(client, 's'), ['kept']);
  t.match((await client.why('s', 'let go')).at(-1), { what: 'lease-expired' });
  t.equal(released.heartbeat(), 'unknown', 'it has to be registered again');
  t.equal(kept.heartbeat(), 'renewed');
  t.equal(client.heartbeat('s', 'kept'), 'renewed');
  t.equal(client.heartbeat('s', 'nobody'), 'unknown');
});

t.test('an evicted instance whose owner is alive after all is registered again', async (t) => {
  const { client } = await start(t);
  const kept = await client.register({ service: 's', instance: 'i', ttlMs: 300 });
  const { service, instance, incarnation } = kept.name;
  await client.ref.ask({ type: 'deregister', name: { service, instance, incarnation } });
  await until('the replica has heard of it', () => names(client, 's').length === 0);
  await until('it is back', () => names(client, 's').length === 1);
  t.equal(kept.heartbeat(), 'renewed');
});

t.test(
  'draining, resuming, updating and leaving, each seen on this thread at its index',
  async (t) => {
    const { client } = await start(t);
    const one = await client.register({ service: 's', instance: 'i', state: 'starting' });
    const found = async () => (await client.discoverAt(one.index, 's')).instances.length;
    t.equal(await found(), 0);
    await one.ready();
    t.equal(await found(), 1);
    await one.drain();
    t.equal(await found(), 0);
    await one.resume();
    t.equal(await found(), 1);
    await one.update({ tags: ['new'] });
    t.same((await client.discoverAt(one.index, 's', { tags: ['new'] })).instances.length, 1);
    t.match(await one.deregister(), { outcome: 'done' });
    t.match(await one.deregister(), { outcome: 'unknown' });
    const late = await rejection(one.update({ tags: ['late'] }));
    assertTroupeError(t, late, 'ERR_REGISTRY_REFUSED', 'deregistered');
    t.equal(await found(), 0, 'and nobody comes back by it');
  },
);

t.test(
  'what is refused is an error that says why; a malformed request harms nobody else',
  async (t) => {
    const { client } = await start(t);
    await client.register({ service: 's', instance: 'i', incarnation: 5 });
    const outdated = await rejection(
      client.register({ service: 's', instance: 'i', incarnation: 4 }),
    );
    assertTroupeError(t, outdated, 'ERR_REGISTRY_REFUSED', 'outdated', 's/i');
    const bad = await rejection(
      client.ref.ask({
        type: 'register',
        registration: { service: 's', instance: 'i', ttlMs: -1 },
      }),
    );
    assertTroupeError(t, bad, 'ERR_OPTION', 'ttlMs');
    const query = { version: 'new' };
    assertTroupeError(
      t,
      thrown(() => client.discover('s', query)),
      'ERR_OPTION',
    );
    const forever = { name: 'nobody can tell whether I live' };
    assertTroupeError(t, await rejection(client.lock('k', forever)), 'ERR_OPTION', 'lock.owner');
    const negative = client.lock('k', { name: 'a', ttlMs: 1000 }, -1);
    assertTroupeError(t, await rejection(negative), 'ERR_OPTION', 'lock.waitMs');
    t.same((await client.status()).epoch, 0, 'the registry has not failed');
  },
);

t.test('a thread without a replica says so, and can ask the registry itself', async (t) => {
  const system = await startSystem(t);
  const client = await startRegistry(system);
  await client.register({ service: 's', instance: 'i' });
  const other = await startSystem(t);
  const stranger = await startRegistry(other, { name: 'registry' });
  t.equal(stranger.discover('s').instances.length, 0, 'two systems have nothing in common');
  await other.stop();
  const late = connectRegistry(stranger.ref);
  assertTroupeError(
    t,
    thrown(() => late.discover('s')),
    'ERR_REGISTRY_NO_REPLICA',
  );
  assertTroupeError(
    t,
    thrown(() => late.heartbeat('s', 'i')),
    'ERR_REGISTRY_NO_REPLICA',
  );
});

t.test(
  'a listener is called when what it looks for has changed, and never otherwise',
  async (t) => {
    const { client } = await start(t);
    const told: string[] = [];
    const query = { zone: 'z' };
    const stop = client.listen('s', ({ instances }) => told.push(`${instances.length}`), query);
    await client.register({ service: 's', instance: 'elsewhere' });
    await client.register({ service: 'other', instance: 'i', zone: 'z' });
    await client.register({ service: 's', instance: 'i', zone: 'z' });
    await until('it has been called', () => told.length === 2);
    t.same(told, ['0', '1']);
    stop();
    const last = await client.register({ service: 's', instance: 'j', zone: 'z' });
    await until('the replica has it', () => client.index >= last.index);
    t.same(told, ['0', '1']);
  },
);

t.test(
  'an actor that watches and is paused for 10,000 changes goes on with one snapshot',
  async (t) => {
    const { system, client } = await start(t, { historyCount: 100 });
    const watcher = system.spawn(Watcher, { registry: client.ref }, { placement: 1 });
    t.equal(await watcher.ask({ type: 'start', service: 's' }), 'watching');
    await untilAsync(
      'the first snapshot',
      async () => (await watcher.ask({ type: 'seen' })).length === 1,
    );
    watcher.tell({ type: 'pause' });
    const registration = { service: 's', instance: 'i', incarnation: 1 };
    for (let change = 0; change < 10_000; change++) {
      await client.ref.ask({
        type: 'register',
        registration: { ...registration, tags: [`${change}`] },
      });
    }
    t.equal(
      (await watcher.ask({ type: 'seen' })).length,
      2,
      'one event, which it has not acknowledged',
    );
    watcher.tell({ type: 'resume' });
    await untilAsync('it goes on', async () => (await watcher.ask({ type: 'seen' })).length > 2);
    const seen = await watcher.ask({ type: 'seen' });
    t.equal(seen.length, 3);
    t.match(seen[2], { kind: 'snapshot', instances: [{ tags: ['9999'] }] });
  },
);

t.test('the lock of an actor that ends goes to the next after the lock delay', async (t) => {
  const { system, client } = await start(t, { lockDelayMs: 50 });
  const actor = system.spawn(Service, { registry: client.ref }, { placement: 1 });
  const first = await client.lock('leader', { name: 'one', ref: actor });
  t.equal(await client.lock('leader', { name: 'two', ttlMs: 60_000 }, 20), undefined, 'held');
  const waiting = client.lock('leader', { name: 'two', ttlMs: 60_000 }, 20_000);
  actor.tell({ type: 'stop' });
  const second = await waiting;
  t.ok(second!.token > first!.token);
  t.same(await client.lockHolder('leader'), { name: 'two', token: second!.token });
  t.equal(await first!.release(), false);
  t.equal(await second!.release(), true);
  t.equal(await client.lockHolder('leader'), undefined);
});

t.test('wall time that steps an hour forward or back costs nobody the lease', async (t) => {
  const { client } = await start(t);
  const kept = await client.register({ service: 's', instance: 'i', ttlMs: 60_000 });
  const { now } = Date;
  t.teardown(() => {
    Date.now = now;
  });
  for (const stepMs of [3_600_000, -3_600_000]) {
    Date.now = () => now() + stepMs;
    const { index } = await client.register({ service: 's', instance: 'later', ttlMs: 60_000 });
    let turns = 0;
    await until('some sweeps have passed', () => turns++ > 20_000);
    t.same((await client.discoverAt(index, 's')).instances.length, 2);
    t.equal(kept.heartbeat(), 'renewed');
  }
});

t.test('a listener that throws is called no more, is told of, and harms nobody', async (t) => {
  const { system, client } = await start(t);
  const events: string[] = [];
  system.events.on('user', ({ name }) => events.push(name));
  let calls = 0;
  client.listen('s', ({ instances }) => {
    calls++;
    if (instances.length > 0) throw new Error('not today');
  });
  await client.register({ service: 's', instance: 'i' });
  await until('it is told of', () => events.includes('registry-listener-failed'));
  const { index } = await client.register({ service: 's', instance: 'j' });
  await until('the replica goes on', () => client.index >= index);
  t.equal(calls, 2);
});

t.test('malformed requests are refused one by one, and the registry goes on', async (t) => {
  const { client } = await start(t);
  const name = { service: 's', instance: 'i', incarnation: 0 };
  const malformed: readonly object[] = [
    { type: 'register' },
    { type: 'register', registration: { ...name, checks: { c: null } } },
    { type: 'register', registration: { ...name, checks: 5 } },
    { type: 'deregister' },
    { type: 'deregister', name: { ...name, incarnation: Number.NaN } },
    { type: 'wish', name, wish: 'sleep' },
    { type: 'wish', name: null, wish: 'drain' },
    { type: 'report', name, check: 'c', result: 'fine', output: '' },
    { type: 'report', name, check: 'c', result: 'passing', output: 5 },
    { type: 'heartbeat', name: { service: 's' } },
    { type: 'discover', service: 's', query: 5 },
    { type: 'discover', service: 's', query: { tags: 'x' } },
    { type: 'discover', service: 's', query: { metadata: 5 } },
    { type: 'discover', service: 's', query: { version: 5 } },
    { type: 'watch', name: 'w', service: 's', subscriber: 'me' },
    { type: 'watch', name: '', service: 's', subscriber: client.ref },
    { type: 'lock', key: 'k', waitMs: 0 },
    { type: 'lock', key: 'k', owner: { name: 'a', ref: 5 }, waitMs: 0 },
    { type: 'lock', key: '', owner: { name: 'a', ttlMs: 5 }, waitMs: 0 },
    { type: 'lock', key: 'k', owner: { name: 'a', ttlMs: 0 }, waitMs: 0 },
    { type: 'renew-lock', key: 'k', token: 1, owner: null },
  ];
  for (const message of malformed) {
    const error = await rejection(client.ref.ask(message as never));
    t.ok(hasCode(error, 'ERR_OPTION'), `${JSON.stringify(message).slice(0, 80)}: ${error.message}`);
  }
  for (const type of ['unwatch', 'acknowledge']) client.ref.tell({ type } as never);
  t.ok(hasCode(await rejection(client.register(undefined as never)), 'ERR_OPTION'));
  t.equal(client.discover(undefined as never).reason, 'unknown-service');
  t.same(await client.ref.ask({ type: 'why', service: 's', instance: 'i' }), []);
  t.equal((await client.status()).epoch, 0, 'it has not failed');
});

t.test('an actor of another system is refused, and the registry goes on', async (t) => {
  const { client } = await start(t);
  const other = await start(t);
  const stranger = other.system.spawn(Service, { registry: other.client.ref }, { placement: 0 });
  const refused = [
    client.register({ service: 's', instance: 'i', ref: stranger }),
    client.lock('k', { name: 'stranger', ref: stranger }),
    client.watch(stranger as never, 'w', 's'),
  ];
  for (const promise of refused) assertTroupeError(t, await rejection(promise), 'ERR_FOREIGN_REF');
  t.match(await client.status(), { epoch: 0, instances: 0, locks: 0 });
});
