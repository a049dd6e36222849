import t from 'tap';
import { ActorUses } from '#actors/registry/actor-uses.js';
import { refOf } from './fixtures/rig.js';

t.test('an actor is watched at its first use and no longer after its last', async (t) => {
  const uses = new ActorUses();
  const types = (effects: readonly { readonly type: string }[]) => effects.map(({ type }) => type);
  t.same(types(uses.add(refOf(1))), ['watch-actor']);
  t.same(types(uses.add(refOf(1))), []);
  t.same(types(uses.add(refOf(2))), ['watch-actor']);
  t.same(types(uses.drop(refOf(1))), []);
  t.same(types(uses.drop(refOf(1))), ['unwatch-actor']);
  t.same(types(uses.drop(refOf(1))), [], 'nothing is left to end');
  t.same(types(uses.add(undefined)), []);
});

t.test(
  'one that is gone needs no unwatching, and is watched anew if it is used again',
  async (t) => {
    const uses = new ActorUses();
    uses.add(refOf(1));
    uses.forget(refOf(1).id);
    t.same(uses.drop(refOf(1)), []);
    t.equal(uses.add(refOf(1)).length, 1);
  },
);
