import t from 'tap';
import { Holder } from '#actors/broker/member.js';
import { ShardRig, taken } from './shard-rig.js';

t.test(
  'a group with a rate gives out no more a second, in whatever time it is asked',
  async (t) => {
    const rig = new ShardRig({ s: { subjects: ['s'], retention: 'workqueue' } });
    const group = rig.group('s', 'g', { maxPerSecond: 20 });
    for (let n = 0; n < 100; n++) rig.publish('s', n);
    const got: number[] = [];
    const pull = (): void => {
      for (const each of rig.pull(group, 100)) {
        got.push(each.seq);
        rig.settle(each, 'ack');
      }
    };
    pull();
    t.equal(got.length, 2, 'a tenth of a second at once');
    pull();
    t.equal(got.length, 2);
    const consumer = rig.consumer(group, 10, new Holder('c', null, 0));
    for (let ms = 0; ms < 1000; ms += 10) {
      rig.advance(10);
      for (const each of taken(group, consumer)) {
        got.push(each.seq);
        rig.settle(each, 'ack');
      }
    }
    t.ok(got.length >= 21 && got.length <= 22, `${got.length} after a second: nobody asked again`);
    rig.advance(60_000, -3_600_000);
    t.equal(taken(group, consumer).length, 2, 'a pause saves up no more');
    rig.core.dropGroup(group);
    rig.advance(60_000);
    t.same(taken(group, consumer), [], 'and what is gone gives nothing');
  },
);
