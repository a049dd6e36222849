import t from 'tap';
import { NearCache } from '#actors/cache/client/near-cache.js';
import { ManualClock } from '#runtime/index.js';

const entry = (value: unknown, freshUntilMs = Infinity) => ({ value, version: 1, freshUntilMs });

t.test('an answer that was under way while its key changed is not kept', async (t) => {
  const near = new NearCache({}, new ManualClock());
  near.asked();
  near.asked();
  near.forget('a');
  near.keep('a', entry('old'));
  near.answered();
  near.keep('b', entry('good'));
  near.answered();
  t.equal(near.get('a'), undefined);
  t.equal(near.get('b'), 'good');
  near.asked();
  near.keep('a', entry('new'));
  near.answered();
  t.equal(near.get('a'), 'new', 'when no read is under way all that changed before is history');
});

t.test(
  'an entry is served no longer than its own time, nor than that of the near cache',
  async (t) => {
    const clock = new ManualClock(1000);
    const near = new NearCache({ ttlMs: 100, maxEntries: 10 }, clock);
    near.asked();
    near.keep('short', entry(1, 1050));
    near.keep('long', entry(2));
    near.keep('over', entry(3, 1000));
    near.answered();
    t.equal(near.get('over'), undefined);
    clock.advance(49);
    t.equal(near.get('short'), 1);
    clock.advance(1);
    t.equal(near.get('short'), undefined);
    clock.advance(49);
    t.equal(near.get('long'), 2);
    clock.advance(1);
    t.equal(near.get('long'), undefined);
  },
);
