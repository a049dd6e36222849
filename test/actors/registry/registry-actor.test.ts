import t from 'tap';
import { balanceService } from '#actors/registry/index.js';
import { until, untilAsync } from '../../support/turns.js';
import { Service, type ServiceMessage } from './fixtures/service.js';
import { names, start } from './fixtures/start.js';

t.test('what is registered on one thread is found on every thread without a message', async (t) => {
  const { system, client } = await start(t);
  const readers = [0, 1, 2].map((placement) =>
    system.spawn(Service, { registry: client.ref }, { placement }),
  );
  const index = await readers[1]!.ask({ type: 'register', service: 'shop', instance: 'a' });
  for (const reader of readers) {
    const found = await reader.ask({ type: 'discover-at', index, service: 'shop' });
    t.same(
      found.instances.map(({ instance }) => instance),
      ['a'],
    );
    await untilAsync('its replica has it', async () => {
      const seen = await reader.ask({ type: 'discover', service: 'shop' });
      return seen.length === 1;
    });
  }
  await until('the replica of this thread has it', () => client.index >= index);
  t.equal(client.discover('shop'), client.discover('shop'), 'the same frozen answer');
  t.ok(client.discover('shop').instances[0]?.ref?.equals(readers[1]!));
});

t.test('an instance that is an actor is removed the moment the actor ends', async (t) => {
  const { system, client } = await start(t);
  const one = system.spawn(Service, { registry: client.ref, service: 'shop' }, { placement: 1 });
  await until('it is found', () => names(client, 'shop').length === 1);
  one.tell({ type: 'stop' });
  await until('it is gone', () => names(client, 'shop').length === 0);
  const [registered, gone] = await client.why('shop', 'only');
  t.match(registered, { what: 'registered' });
  t.match(gone, { what: 'actor-gone' });
  t.equal(client.discover('shop').reason, 'none-match');
});

t.test(
  'a thread that dies takes its instances along, and those that come back are found again',
  async (t) => {
    const { system, client } = await start(t);
    for (const [instance, placement] of [
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ] as const) {
      system.spawn(Service, { registry: client.ref, service: 'shop', instance }, { placement });
    }
    await until('all are found', () => names(client, 'shop').length === 3);
    const seen: string[] = [];
    t.teardown(
      client.listen('shop', ({ instances }) => {
        seen.push(
          instances
            .map(({ instance }) => instance)
            .sort()
            .join(''),
        );
      }),
    );
    const before = client.discover('shop').instances.find(({ instance }) => instance === 'a')!;
    system.killThread(1);
    await until('only the other thread is left', () => seen.includes('c'));
    t.match((await client.why('shop', 'a')).at(-1), { what: 'thread-died' });
    await until('all are back', () => names(client, 'shop').length === 3);
    const after = client.discover('shop').instances.find(({ instance }) => instance === 'a')!;
    t.ok(after.incarnation > before.incarnation, 'as a later incarnation');
    t.ok(after.ref?.equals(before.ref!), 'under the same reference');
  },
);

t.test('a system with a registry stops at once, also one that has just begun', async (t) => {
  for (const waitTurns of [0, 1, 10, 1000]) {
    const { system } = await start(t);
    let turns = 0;
    await until('so many turns', () => turns++ >= waitTurns);
    t.ok((await system.stop()).clean, `after ${waitTurns} turns`);
  }
});

t.test(
  'calls are balanced over actors that the registry finds, and follow what it finds',
  async (t) => {
    const { system, client } = await start(t);
    for (const [instance, placement] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      system.spawn(Service, { registry: client.ref, service: 'shop', instance }, { placement });
    }
    await until('both are found', () => names(client, 'shop').length === 2);
    const { balancer, stop } = balanceService<ServiceMessage>(client, 'shop', {
      policy: 'round-robin',
    });
    t.teardown(stop);
    const calls: string[] = [];
    for (let i = 0; i < 4; i++) {
      await balancer.call(async ({ instance, ref }) => {
        t.equal(await ref!.ask({ type: 'incarnation' }), 0);
        calls.push(instance);
      });
    }
    t.same(calls.sort(), ['a', 'a', 'b', 'b']);
    const a = client
      .discover<ServiceMessage>('shop')
      .instances.find(({ instance }) => instance === 'a');
    a!.ref!.tell({ type: 'stop' });
    await until('one is left', () => names(client, 'shop').length === 1);
    for (let i = 0; i < 3; i++) t.equal(await balancer.call(({ instance }) => instance), 'b');
  },
);

t.test(
  'an actor that has ended is never registered again, whoever has registered it',
  async (t) => {
    const { system, client } = await start(t);
    const args = { registry: client.ref, service: 's', instance: 'own', ttlMs: 150 };
    const own = system.spawn(Service, args, { placement: 0 });
    const other = system.spawn(Service, { registry: client.ref }, { placement: 0 });
    await client.register({ service: 's', instance: 'other', ref: other, ttlMs: 150 });
    await until('both are found', () => names(client, 's').length === 2);
    for (const ref of [own, other]) ref.tell({ type: 'stop' });
    const later = await client.register({ service: 'later', instance: 'i', ttlMs: 900 });
    later.release();
    await until('many heartbeats would have been due', () => names(client, 'later').length === 0);
    for (const instance of ['own', 'other']) {
      const told = (await client.why('s', instance)).map(({ what }) => what);
      t.same(told, ['registered', 'actor-gone'], instance);
    }
  },
);

t.test('it works where messages are copied and frozen', async (t) => {
  const { system, client } = await start(t, {}, { strict: true });
  const one = system.spawn(Service, { registry: client.ref, service: 's' }, { placement: 0 });
  await until('it is found', () => names(client, 's').length === 1);
  const lock = await client.lock('k', { name: 'me', ref: one });
  t.ok(lock);
  one.tell({ type: 'stop' });
  await until('it is gone', () => names(client, 's').length === 0);
});
