import t from 'tap';
import { FlapDamping } from '#actors/registry/flap-damping.js';

const limits = { holdAt: 4, releaseAt: 1.5, most: 8, halfLifeMs: 1000 };

t.test('the penalty halves in each half-life, and is forgotten in the end', async (t) => {
  const damping = new FlapDamping(limits);
  for (let flap = 1; flap <= 4; flap++) t.equal(damping.flap('k', 0), flap === 4);
  t.same(damping.release(1414), [], 'four become more than one and a half');
  t.same(damping.release(1416), ['k']);
  t.notOk(damping.isHeld('k'));
  damping.release(10_000);
  t.equal(damping.size, 0);
});

t.test('slow flapping is no flapping, and the longest hold is bounded', async (t) => {
  const damping = new FlapDamping(limits);
  for (let nowMs = 0; nowMs < 50_000; nowMs += 1000) t.notOk(damping.flap('slow', nowMs));
  for (let flap = 0; flap < 1000; flap++) damping.flap('fast', 50_000);
  t.same(damping.release(52_400), []);
  t.same(damping.release(52_416), ['fast'], 'from the greatest penalty');
});

t.test('one that goes on while it is held is held on', async (t) => {
  const damping = new FlapDamping(limits);
  for (let flap = 0; flap < 4; flap++) damping.flap('k', 0);
  for (let nowMs = 1000; nowMs < 20_000; nowMs += 1000) {
    t.ok(damping.flap('k', nowMs));
    t.same(damping.release(nowMs), []);
  }
});
