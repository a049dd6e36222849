import { inspect } from 'node:util';
import t from 'tap';
import type { ActorRef } from '../../runtime/index.js';
import { nextEvent } from '../support/events.js';
import { PAIRS } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { Collector } from './fixtures/collector.js';
import { Branch, type BranchMessage } from './fixtures/tree.js';

for (const { where, from, to } of PAIRS) {
  t.test(`references, ${where}`, async (t) => {
    const system = await startSystem(t, { name: 'woods' });
    const one = system.spawn(Branch, undefined, { placement: from, name: 'one' });
    const two = system.spawn(Branch, undefined, { placement: to, name: 'two' });

    await t.test('refs can be put into any message and mean the same everywhere', async (t) => {
      t.equal(await one.ask({ type: 'through', ref: two }), '/user/two');
      const collector = system.spawn(Collector, undefined, { placement: to });
      collector.tell({ type: 'put', value: { deep: [new Map([['ref', one]]), new Set([two])] } });
      const [value] = await collector.ask({ type: 'take', count: 1 });
      const { deep } = value as { deep: [Map<string, ActorRef<BranchMessage>>, Set<unknown>] };
      const back = deep[0].get('ref')!;
      t.ok(back.equals(one));
      t.equal(back.id, one.id);
      t.equal((await back.ask({ type: 'who' })).path, '/user/one');
    });

    await t.test('refs can be compared', async (t) => {
      t.same(await one.ask({ type: 'is-self', ref: one }), { equal: true, identical: true });
      t.same(await two.ask({ type: 'is-self', ref: one }), { equal: false, identical: false });
      const self = await two.ask({ type: 'self' });
      t.ok(self.equals(two));
      t.equal(new Map([[two.id, 'two']]).get(self.id), 'two');
      t.not(one.id, two.id);
    });

    await t.test('refs can be logged', async (t) => {
      t.equal(String(two), `troupe://woods/user/two#${two.id}`);
      t.equal(inspect({ two }), `{ two: ActorRef(troupe://woods/user/two#${two.id}) }`);
      t.equal(JSON.stringify({ two }), `{"two":"${String(two)}"}`);
      const unnamed = system.spawn(Branch, undefined, { placement: to });
      t.equal(String(unnamed), `troupe://woods/#${unnamed.id}`);
      t.equal(
        String(await two.ask({ type: 'self' })),
        String(two),
        'with its path from everywhere',
      );
    });

    await t.test('refs live through a restart', async (t) => {
      const restarted = nextEvent(system, 'actor-restarted');
      two.tell({ type: 'crash' });
      t.equal((await restarted).incarnation, 1);
      t.equal((await two.ask({ type: 'who' })).path, '/user/two');
    });

    await t.test('an old address never means a new actor', async (t) => {
      const old = system.spawn(Branch, undefined, { placement: to, name: 'old' });
      await system.stopActor(old);
      const young = system.spawn(Branch, undefined, { placement: to, name: 'old' });
      await system.started(young);
      t.equal(young.equals(old), false);
      await t.rejects(old.ask({ type: 'who' }), { code: 'ERR_NO_SUCH_ACTOR' });
      t.equal(await system.inspect(old), undefined);
    });

    await t.test('names make paths, over threads, and paths are resolved', async (t) => {
      const kid = await one.ask({ type: 'grow', name: 'kid', placement: to });
      const grandkid = await kid.ask({ type: 'grow', name: 'grandkid', placement: from });
      t.equal(kid.path, '/user/one/kid');
      t.same(await grandkid.ask({ type: 'who' }), {
        path: '/user/one/kid/grandkid',
        thread: from,
        parent: '/user/one/kid',
      });
      const found = await system.resolve<BranchMessage>('/user/one/kid/grandkid');
      t.ok(found?.equals(grandkid));
      t.equal((await found!.ask({ type: 'who' })).path, '/user/one/kid/grandkid');
      const nothing = [
        '/user/none',
        '/user/one/none',
        '/user/one/kid/grandkid/none',
        '/none',
        '',
        'x',
      ];
      for (const path of nothing) t.equal(await system.resolve(path), undefined, path);
      const children = await one.ask({ type: 'children' });
      t.same(
        children.map((child) => child.path),
        ['/user/one/kid'],
      );
      await system.stopActor(one);
      t.equal(await system.resolve('/user/one/kid/grandkid'), undefined, 'children end first');
      t.equal(await system.inspect(grandkid), undefined);
    });

    await t.test('what an actor publishes comes as an event of the user', async (t) => {
      const event = nextEvent(system, 'user');
      two.tell({ type: 'publish', name: 'leaf', payload: { ref: two, n: 1 } });
      const { name, payload } = await event;
      t.equal(name, 'leaf');
      t.equal((payload as { n: number }).n, 1);
      t.ok((payload as { ref: ActorRef<BranchMessage> }).ref.equals(two));
    });
  });
}
