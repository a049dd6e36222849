import t from 'tap';
import { LeaseClock } from '#actors/registry/lease-clock.js';
import { SeededRandom } from '#runtime/index.js';

const TICK_MS = 1000;

t.test('ticks in time forgive nothing, and half a tick late is in time', async (t) => {
  const clock = new LeaseClock(0, TICK_MS);
  for (const nowMs of [1000, 2500, 3000, 4500]) t.equal(clock.tick(nowMs), 0);
  t.equal(clock.at(4500), 4500);
});

t.test('what a tick is late is taken out of the time of leases, once', async (t) => {
  const clock = new LeaseClock(0, TICK_MS);
  clock.tick(1000);
  t.equal(clock.tick(61_000), 58_500);
  t.equal(clock.at(61_000), 2500);
  t.equal(clock.tick(62_000), 0);
  t.equal(clock.at(62_000), 3500);
  t.equal(clock.forgivenMs, 58_500);
});

t.test('during a stall time stands still, before the late tick and after it alike', async (t) => {
  const clock = new LeaseClock(0, TICK_MS);
  const before = [1000, 1500, 2000, 3_000_000].map((ms) => clock.at(ms));
  t.same(before, [1000, 1500, 1500, 1500]);
  clock.tick(3_600_000);
  const after = [1000, 1500, 2000, 3_000_000, 3_600_000].map((ms) => clock.at(ms));
  t.same(after, [1000, 1500, 1500, 1500, 1500]);
});

t.test('lease time never goes back and never runs faster than monotonic time', async (t) => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = new SeededRandom(seed);
    const clock = new LeaseClock(0, TICK_MS);
    let nowMs = 0;
    let lastMs = 0;
    let lastLeaseMs = 0;
    for (let step = 0; step < 200; step++) {
      nowMs += random.below(10) === 0 ? random.below(100_000) : random.below(1200);
      if (random.below(3) > 0) clock.tick(nowMs);
      const leaseMs = clock.at(nowMs);
      if (leaseMs < lastLeaseMs || leaseMs - lastLeaseMs > nowMs - lastMs) {
        t.fail(`seed ${seed}: ${lastLeaseMs} to ${leaseMs} while ${lastMs} to ${nowMs}`);
      }
      lastMs = nowMs;
      lastLeaseMs = leaseMs;
    }
  }
  t.pass('50 seeds');
});
