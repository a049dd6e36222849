import fc from 'fast-check';
import t from 'tap';
import { leastLoaded, workerRing } from '../../runtime/system/routing.js';

const KEY_COUNT = 100_000;
const KEYS = Array.from({ length: KEY_COUNT }, (_, n) => `customer-${n}`);

t.test('a key belongs to the same worker on every ring of that size', async (t) => {
  const [one, other] = [workerRing(10), workerRing(10)];
  t.ok(KEYS.slice(0, 1000).every((key) => one.indexOf(key) === other.indexOf(key)));
});

t.test('of ten workers each gets its share of 100,000 keys, to a fifth', async (t) => {
  const ring = workerRing(10);
  const shares = new Array<number>(10).fill(0);
  for (const key of KEYS) shares[ring.indexOf(key)]!++;
  for (const [worker, share] of shares.entries()) {
    const deviation = Math.abs(share / (KEY_COUNT / 10) - 1);
    t.ok(deviation <= 0.2, `worker ${worker} has ${share}`);
  }
});

t.test('one worker more takes its share from all, and moves no other key', async (t) => {
  for (const count of [1, 4, 10, 31]) {
    const [before, after] = [workerRing(count), workerRing(count + 1)];
    let moved = 0;
    let astray = 0;
    for (const key of KEYS) {
      const worker = after.indexOf(key);
      if (worker === before.indexOf(key)) continue;
      moved++;
      if (worker !== count) astray++;
    }
    t.equal(astray, 0, 'keys move to the new worker only');
    t.ok(moved > 0);
    t.ok(moved <= (1.5 * KEY_COUNT) / (count + 1), `${moved} moved to the ${count + 1}th worker`);
  }
});

t.test('every key has a worker, whatever it is and however many there are', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.string({ unit: 'binary' }), (count, key) => {
      const worker = workerRing(count).indexOf(key);
      return Number.isInteger(worker) && worker >= 0 && worker < count;
    }),
  );
});

t.test('the least load is chosen, and nobody with more', async () => {
  const loads = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(loads, fc.nat(100), (loads, from) => {
      return loads[leastLoaded(loads, from)] === Math.min(...loads);
    }),
  );
});

t.test(
  'of equal loads the first from the given place on is chosen, so that all get their share',
  async (t) => {
    t.same(
      [0, 1, 2, 3, 4].map((from) => leastLoaded([5, 5, 5], from)),
      [0, 1, 2, 0, 1],
    );
    t.equal(leastLoaded([1, 9, 1, 9], 1), 2);
    t.equal(leastLoaded([1, 9, 1, 9], 3), 0);
    const given = [0, 0, 0, 0];
    for (let n = 0; n < 400; n++) given[leastLoaded(given, n % 4)]!++;
    t.same(given, [100, 100, 100, 100]);
  },
);
