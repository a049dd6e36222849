import t from 'tap';
import { ReplicaView } from '#actors/registry/replica-view.js';
import type { WatchEvent } from '#actors/registry/watch-table.js';
import { SeededRandom } from '#runtime/index.js';
import { Rig, refOf } from './fixtures/rig.js';

const subscriber = refOf(9);
const SERVICES = ['a', 'b', 'c'];

/** Does something at random to the registry. */
function act(rig: Rig, random: SeededRandom): void {
  const service = SERVICES[random.below(SERVICES.length)]!;
  const instance = `i${random.below(5)}`;
  const incarnation = random.below(3);
  const name = { service, instance, incarnation };
  switch (random.below(6)) {
    case 0:
      rig.core.deregister(name, rig.nowMs);
      break;
    case 1:
      rig.core.wish(name, random.below(2) === 0 ? 'drain' : 'resume', rig.nowMs);
      break;
    case 2:
      rig.pass(1000);
      break;
    default:
      rig.register({ ...name, tags: [`t${random.below(2)}`], ttlMs: 5000 });
  }
}

t.test(
  'a replica that has heard of all changes answers as the registry, whatever the delays',
  async (t) => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = new SeededRandom(seed);
      const rig = new Rig({ historyCount: 4, holdAt: 1000 }, seed);
      const view = new ReplicaView(100);
      const underWay: WatchEvent[] = [];
      const spec = { name: 'w', subscriber, service: undefined, query: undefined };
      rig.core.watches.add({ ...spec, from: undefined }, rig.nowMs);
      const deliver = (): boolean => {
        underWay.push(...rig.told('w'));
        const event = underWay.shift();
        if (event === undefined) return false;
        const index = view.index;
        view.apply(event);
        t.ok(event.index >= index, 'it never goes back');
        rig.core.watches.acknowledge(subscriber, 'w', event.index);
        return true;
      };
      for (let step = 0; step < 150; step++) {
        act(rig, random);
        if (random.below(4) === 0) deliver();
        if (random.below(30) === 0) {
          // An event is lost on the way; the replica asks again from where it is.
          rig.told('w');
          underWay.length = 0;
          const from = view.index < 0 ? undefined : view.index;
          rig.core.watches.add({ ...spec, from }, rig.nowMs);
        }
      }
      while (deliver());
      for (const service of SERVICES) {
        for (const query of [undefined, { tags: ['t1'] }]) {
          const expected = rig.core.discover(service, query);
          const found = view.discover(service, query);
          const plain = (all: typeof found) =>
            all.instances
              .map((one) => `${one.instance} ${one.incarnation} ${one.index} ${one.tags}`)
              .sort();
          t.same(plain(found), plain(expected), `seed ${seed}`);
          t.equal(found.reason, expected.reason, `seed ${seed}`);
          t.equal(found.index, expected.index, `seed ${seed}`);
        }
      }
    }
  },
);

t.test(
  'an answer is the same object until its service changes, and cannot be changed',
  async (t) => {
    const view = new ReplicaView(10);
    const rig = new Rig();
    const feed = (): void => {
      for (const event of rig.told('w')) {
        view.apply(event);
        rig.core.watches.acknowledge(subscriber, 'w', event.index);
      }
    };
    rig.register({ service: 'a', instance: '1' });
    rig.core.watches.add(
      { name: 'w', subscriber, service: undefined, query: undefined, from: undefined },
      0,
    );
    feed();
    const before = view.discover('a');
    const query = { zone: 'z' };
    const filtered = view.discover('a', query);
    rig.register({ service: 'b', instance: '1' });
    feed();
    t.equal(view.discover('a'), before);
    t.equal(view.discover('a', query), filtered);
    t.throws(() => (before.instances as unknown[]).push(1), TypeError);
    rig.register({ service: 'a', instance: '2' });
    feed();
    t.not(view.discover('a'), before);
    t.equal(before.instances.length, 1, 'what was answered stays as it was');
  },
);
