import t from 'tap';
import { Rig, refOf } from './fixtures/rig.js';

const one = { service: 's', instance: 'i' };

t.test('registering again changes nothing but what is different, and says so', async (t) => {
  const rig = new Rig();
  const first = rig.register({ ...one, incarnation: 1, tags: ['a'] });
  t.match(first, { outcome: 'registered' });
  const again = rig.register({ ...one, incarnation: 1, tags: ['a'] });
  t.match(again, { outcome: 'unchanged', index: (first as { index: number }).index });
  const changed = rig.register({ ...one, incarnation: 1, tags: ['b'] });
  t.match(changed, { outcome: 'updated' });
  t.ok((changed as { index: number }).index > (first as { index: number }).index);
  t.equal(rig.core.status().instances, 1);
});

t.test(
  'the newer incarnation wins, and the older is refused, also after the newer has gone',
  async (t) => {
    const rig = new Rig();
    rig.register({ ...one, incarnation: 5, tags: ['old'] });
    t.match(rig.register({ ...one, incarnation: 7, tags: ['new'] }), { outcome: 'registered' });
    t.match(rig.register({ ...one, incarnation: 6 }), { outcome: 'refused', reason: 'outdated' });
    t.same(rig.core.discover('s', undefined).instances[0]?.tags, ['new']);
    t.match(rig.core.deregister({ ...one, incarnation: 5 }, rig.nowMs), { outcome: 'outdated' });
    t.same(rig.found('s'), ['i'], 'a late farewell of the old one does not remove the new one');
    t.match(rig.core.deregister({ ...one, incarnation: 7 }, rig.nowMs), { outcome: 'done' });
    t.match(rig.register({ ...one, incarnation: 6 }), { outcome: 'refused', reason: 'outdated' });
    t.match(rig.register({ ...one, incarnation: 7 }), { outcome: 'registered' });
  },
);

t.test('of two actors that claim one id the second is refused while the first lives', async (t) => {
  const rig = new Rig();
  rig.register({ ...one, incarnation: 1, ref: refOf(1) });
  t.match(rig.register({ ...one, incarnation: 1, ref: refOf(2) }), {
    outcome: 'refused',
    reason: 'taken',
  });
  t.match(rig.register({ ...one, incarnation: 1, ref: refOf(1) }), { outcome: 'unchanged' });
  rig.core.actorGone(refOf(1).id, rig.nowMs);
  t.match(rig.register({ ...one, incarnation: 1, ref: refOf(2) }), { outcome: 'registered' });
});

t.test('a heartbeat for an instance that is not there says so and creates nothing', async (t) => {
  const rig = new Rig();
  t.equal(rig.core.heartbeat({ ...one, incarnation: 0 }, rig.nowMs), 'unknown');
  t.equal(rig.core.status().instances, 0);
  rig.register({ ...one, incarnation: 3, ttlMs: 1000 });
  t.equal(
    rig.core.heartbeat({ ...one, incarnation: 2 }, rig.nowMs),
    'unknown',
    'of another incarnation',
  );
  t.equal(rig.core.heartbeat({ ...one, incarnation: 3 }, rig.nowMs), 'renewed');
  rig.register({ service: 's', instance: 'no lease' });
  t.equal(
    rig.core.heartbeat({ service: 's', instance: 'no lease', incarnation: 0 }, rig.nowMs),
    'unknown',
  );
});

t.test(
  'an instance that is an actor goes with it, in all services, and is watched while it is there',
  async (t) => {
    const rig = new Rig();
    const ref = refOf(1);
    rig.register({ ...one, ref });
    rig.register({ service: 'other', instance: 'i', ref });
    rig.register({ service: 's', instance: 'stays', ref: refOf(2) });
    rig.told('');
    t.equal(rig.effects.filter(({ type }) => type === 'watch-actor').length, 2, 'each actor once');
    rig.core.actorGone(ref.id, rig.nowMs);
    t.same([rig.found('s'), rig.found('other')], [['stays'], []]);
    t.match(rig.core.why('s', 'i').at(-1), { what: 'actor-gone' });
    rig.core.deregister({ service: 's', instance: 'stays', incarnation: 0 }, rig.nowMs);
    rig.told('');
    t.equal(rig.effects.filter(({ type }) => type === 'unwatch-actor').length, 1);
  },
);

t.test(
  'the death of a thread takes what was registered before it, not what came back after it',
  async (t) => {
    const rig = new Rig();
    rig.register({ service: 's', instance: 'dead', ref: refOf(1, 1) });
    rig.register({ service: 's', instance: 'elsewhere', ref: refOf(2, 2) });
    const diedAtMs = rig.nowMs;
    rig.nowMs += 10;
    rig.register({ service: 's', instance: 'back', ref: refOf(3, 1) });
    rig.core.threadDied(1, diedAtMs, rig.nowMs);
    t.same(rig.found('s'), ['elsewhere', 'back']);
  },
);

t.test(
  'discovery goes by tags, metadata, version range and zone, and says why it finds nobody',
  async (t) => {
    const rig = new Rig();
    const metadata = { color: 'red' };
    rig.register({ service: 's', instance: 'a', tags: ['x', 'y'], version: '1.2.0', zone: 'z1' });
    rig.register({ service: 's', instance: 'b', tags: ['x'], version: '2.0.0', metadata });
    const find = (query: object) => {
      const { instances, reason } = rig.core.discover('s', query);
      return [instances.map(({ instance }) => instance).join(' '), reason];
    };
    t.same(find({ tags: ['x'] }), ['a b', undefined]);
    t.same(find({ tags: ['x', 'y'] }), ['a', undefined]);
    t.same(find({ metadata }), ['b', undefined]);
    t.same(find({ metadata: { constructor: 'x' } }), ['', 'none-match']);
    t.same(find({ version: '^1.0' }), ['a', undefined]);
    t.same(find({ zone: 'z1' }), ['a', undefined]);
    t.same(find({ zone: 'z2' }), ['', 'none-match']);
    rig.core.wish({ service: 's', instance: 'a', incarnation: 0 }, 'drain', rig.nowMs);
    t.same(find({ zone: 'z1' }), ['', 'none-healthy']);
    t.equal(rig.core.discover('nobody', undefined).reason, 'unknown-service');
  },
);

t.test(
  'below the panic share the unhealthy are found as well, but for those that drain',
  async (t) => {
    const rig = new Rig();
    for (const instance of ['a', 'b', 'c', 'd']) {
      rig.register({ service: 's', instance, checks: { c: { kind: 'reported' } } });
      const name = { service: 's', instance, incarnation: 0 };
      rig.core.report(name, 'c', instance === 'a' ? 'passing' : 'critical', '', rig.nowMs);
      if (instance === 'd') rig.core.wish(name, 'drain', rig.nowMs);
    }
    const find = (panic: number) => rig.core.discover('s', { panic });
    t.match(find(0.5), { reason: 'panic' });
    t.same(
      find(0.5).instances.map(({ instance }) => instance),
      ['a', 'b', 'c'],
    );
    t.equal(find(0.3).instances.length, 1, 'a third is healthy');
    t.equal(find(0.3).reason, undefined);
  },
);

t.test(
  'a registry that is full refuses what is new, and takes it when there is room',
  async (t) => {
    const rig = new Rig({ instanceCount: 2, serviceCount: 2 });
    rig.register({ service: 'a', instance: '1', ttlMs: 1000 });
    rig.register({ service: 'b', instance: '1' });
    t.match(rig.register({ service: 'b', instance: '2' }), { outcome: 'refused', reason: 'full' });
    t.match(rig.register({ service: 'a', instance: '1', tags: ['x'] }), { outcome: 'updated' });
    rig.core.deregister({ service: 'a', instance: '1', incarnation: 0 }, rig.nowMs);
    t.match(rig.register({ service: 'c', instance: '1', ttlMs: 1000 }), { outcome: 'registered' });
    t.equal(
      rig.core.discover('a', undefined).reason,
      'unknown-service',
      'the empty service gave way',
    );
  },
);

t.test('why tells what became of an instance, in order and bounded', async (t) => {
  const rig = new Rig({ entryCount: 3 });
  const checks = { db: { kind: 'reported' } } as const;
  rig.register({ ...one, checks });
  const name = { ...one, incarnation: 0 };
  rig.core.report(name, 'db', 'passing', '', rig.nowMs);
  rig.core.report(name, 'db', 'critical', 'no connection', rig.nowMs);
  t.same(
    rig.core.why('s', 'i').map(({ what }) => what),
    ['registered', 'up', 'down'],
  );
  t.match(rig.core.why('s', 'i').at(-1)?.why, /db: no connection/);
  rig.core.deregister(name, rig.nowMs);
  t.same(
    rig.core.why('s', 'i').map(({ what }) => what),
    ['up', 'down', 'deregistered'],
  );
  t.same(rig.core.why('s', 'nobody'), []);
});

t.test(
  'a check reported in time keeps an instance up; without a report it goes down, not away',
  async (t) => {
    const rig = new Rig();
    rig.register({ ...one, checks: { pulse: { kind: 'ttl', ttlMs: 3000 } } });
    t.same(rig.found('s'), [], 'no verdict yet');
    const name = { ...one, incarnation: 0 };
    rig.core.report(name, 'pulse', 'passing', '', rig.nowMs);
    rig.pass(3000);
    t.same(rig.found('s'), ['i']);
    rig.pass(1000);
    t.equal(rig.core.discover('s', undefined).reason, 'none-healthy');
    rig.core.report(name, 'pulse', 'passing', '', rig.nowMs);
    t.same(rig.found('s'), ['i']);
    t.match(rig.core.report(name, 'other', 'passing', '', rig.nowMs), { outcome: 'unknown' });
  },
);

t.test('an update can take the checks away, and say that an instance has started', async (t) => {
  const rig = new Rig();
  rig.register({ ...one, checks: { tcp: { kind: 'tcp', host: 'h', port: 1 } } });
  t.same(rig.found('s'), []);
  rig.register(one);
  t.same(rig.found('s'), ['i']);
  rig.told('');
  const types = rig.effects.map(({ type }) => type).filter((type) => type.endsWith('-checks'));
  t.same(types, ['start-checks', 'stop-checks']);
  rig.register({ service: 's', instance: 'slow', state: 'starting' });
  t.same(rig.found('s'), ['i']);
  rig.register({ service: 's', instance: 'slow', state: 'up' });
  t.same(rig.found('s'), ['i', 'slow']);
});

t.test('an update can give a lease, change it and take it away', async (t) => {
  const rig = new Rig();
  rig.register(one);
  t.match(rig.register({ ...one, ttlMs: 5000 }), { outcome: 'updated', leaseSlot: 0 });
  t.match(rig.register({ ...one, ttlMs: 2000 }), { outcome: 'unchanged', leaseSlot: 0 });
  rig.pass(1000);
  t.match(rig.register(one), { outcome: 'updated', leaseSlot: -1 });
  rig.pass(10_000);
  t.same(rig.found('s'), ['i'], 'nothing runs out');
  rig.register({ ...one, ttlMs: 2000 });
  rig.pass(3000);
  t.same(rig.found('s'), []);
});

t.test('an update can hand an instance to another actor, whose end then counts', async (t) => {
  const rig = new Rig();
  rig.register(one);
  rig.register({ ...one, ref: refOf(1) });
  rig.core.deregister({ ...one, incarnation: 0 }, rig.nowMs);
  rig.register({ ...one, ref: refOf(2) });
  rig.core.actorGone(refOf(1).id, rig.nowMs);
  t.same(rig.found('s'), ['i']);
  rig.register(one);
  rig.core.actorGone(refOf(2).id, rig.nowMs);
  t.same(rig.found('s'), ['i'], 'it is an actor no more');
  rig.register({ ...one, ref: refOf(3) });
  rig.core.actorGone(refOf(3).id, rig.nowMs);
  t.same(rig.found('s'), []);
});
