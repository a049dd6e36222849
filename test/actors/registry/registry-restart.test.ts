import t from 'tap';
import type { RegistryEvent } from '#actors/registry/index.js';
import { until, untilAsync } from '../../support/turns.js';
import { Service } from './fixtures/service.js';
import { kill, names, start } from './fixtures/start.js';

t.test(
  'after the thread of the registry died, what lives is registered again by itself',
  async (t) => {
    const { system, client } = await start(t, { thread: 1 });
    await client.register({ service: 's', instance: 'leased', ttlMs: 60_000 });
    await client.register({ service: 's', instance: 'plain' });
    system.spawn(
      Service,
      { registry: client.ref, service: 's', instance: 'actor' },
      { placement: 2 },
    );
    await until('all are found', () => names(client, 's').length === 3);
    const before = await client.status();
    const reader = system.spawn(Service, { registry: client.ref }, { placement: 2 });
    await reader.ask({ type: 'discover', service: 's' });
    await kill(system, 1);
    await untilAsync('all are back', async () => {
      await client.ready();
      const { epoch } = await client.status();
      return epoch === 1 && names(client, 's').length === 3;
    });
    const after = await client.status();
    t.ok(after.index > before.index, 'indices go on above all before');
    t.equal(client.heartbeat('s', 'leased'), 'renewed');
    t.equal(await reader.ask({ type: 'heartbeat', service: 's', instance: 'leased' }), 'renewed');
    await untilAsync(
      'the other thread sees them',
      async () => (await reader.ask({ type: 'discover', service: 's' })).length === 3,
    );
  },
);

t.test('fencing tokens go on above all before, and the holder keeps its lock', async (t) => {
  const { system, client } = await start(t, { thread: 1, lockDelayMs: 3000 });
  const a = await client.lock('k', { name: 'a', ttlMs: 60_000 });
  await kill(system, 1);
  await client.ready();
  t.equal(
    await client.lock('k', { name: 'b', ttlMs: 60_000 }),
    undefined,
    'nobody gets it at once',
  );
  t.ok(await a!.renew());
  t.same(await client.lockHolder('k'), { name: 'a', token: a!.token });
  const b = await client.lock('other', { name: 'b', ttlMs: 60_000 }, 10_000);
  t.ok(b!.token > a!.token);
});

t.test(
  'a registry whose own thread lives through the death of another keeps what is there',
  async (t) => {
    const { system, client } = await start(t, { thread: 2 });
    await client.register({ service: 's', instance: 'main', ttlMs: 60_000 });
    const events: RegistryEvent[] = [];
    system.events.on('user', ({ name, payload }) => {
      if (name === 'registry') events.push(payload as RegistryEvent);
    });
    const reader = system.spawn(Service, { registry: client.ref }, { placement: 1 });
    await reader.ask({ type: 'discover', service: 's' });
    await kill(system, 1);
    await untilAsync(
      'the new thread has a replica',
      async () => (await reader.ask({ type: 'discover', service: 's' })).length === 1,
    );
    t.equal((await client.status()).epoch, 0);
    t.same(events, []);
  },
);

t.test('listeners hear of those who do not come back after a restart', async (t) => {
  const { system, client } = await start(t, { thread: 1 });
  const registration = { service: 's', instance: 'nobody keeps it' };
  await client.ref.ask({ type: 'register', registration });
  const told: number[] = [];
  t.teardown(client.listen('s', ({ instances }) => told.push(instances.length)));
  await until('it is told of', () => told.at(-1) === 1);
  await kill(system, 1);
  await until('it is told of its end', () => told.at(-1) === 0);
  t.ok(client.index >= 2 ** 32, 'by the next epoch');
});
