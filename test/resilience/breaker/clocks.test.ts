import t from 'tap';
import type { BreakerOptions } from '#runtime/resilience/index.js';
import { BreakerRig, QUICK } from './breaker-rig.js';

const HOUR_MS = 3_600_000;

const WINDOWS: readonly BreakerOptions[] = [
  QUICK,
  { ...QUICK, window: { kind: 'count', size: 20 }, minCalls: 10 },
  { ...QUICK, window: { kind: 'time', ms: 10_000 }, minCalls: 10 },
];

for (const options of WINDOWS) {
  const { kind } = options.window!;
  for (const stepMs of [HOUR_MS, -HOUR_MS]) {
    const way = stepMs > 0 ? 'forward' : 'back';

    t.test(`${kind}: a clock set ${way} an hour while it is closed changes nothing`, async (t) => {
      const rig = new BreakerRig(options);
      rig.good();
      rig.time.step(stepMs);
      t.ok(rig.good());
      rig.open();
      t.same(rig.phases, ['open']);
    });

    t.test(
      `${kind}: a clock set ${way} an hour while it is open delays it by one open time at most`,
      async (t) => {
        const rig = new BreakerRig(options).open();
        await rig.time.advance(400);
        rig.time.step(stepMs);
        if (stepMs < 0) t.notOk(rig.good(), 'what passed before the step is unknown');
        await rig.time.advance(stepMs > 0 ? 0 : 1000);
        for (let i = 0; i < 3; i++) rig.good();
        t.equal(rig.breaker.phase, 'closed');
      },
    );

    t.test(`${kind}: a clock set ${way} an hour in a trial leaves no permit behind`, async (t) => {
      const rig = new BreakerRig(options).open();
      await rig.time.advance(1000);
      const permits = [0, 1, 2].map(() => rig.breaker.tryAcquire()!);
      rig.time.step(stepMs);
      t.equal(rig.breaker.phase, stepMs > 0 ? 'open' : 'half-open');
      await rig.time.advance(500);
      t.equal(rig.breaker.phase, 'open');
      for (const permit of permits) permit.settle('success');
      t.equal(rig.breaker.phase, 'open');
    });
  }
}

t.test('after an hour of idleness three failures do not open it on old ones', async (t) => {
  const rig = new BreakerRig({
    window: { kind: 'time', ms: 10_000 },
    minCalls: 10,
    failureRate: 0.5,
  });
  for (let i = 0; i < 9; i++) rig.bad();
  await rig.time.advance(HOUR_MS);
  for (let i = 0; i < 3; i++) rig.bad();
  t.equal(rig.breaker.phase, 'closed');
  t.same(rig.breaker.metrics.calls, 3);
});

t.test('a window goes on turning after its clock was set back', async (t) => {
  const rig = new BreakerRig({
    window: { kind: 'time', ms: 10_000 },
    minCalls: 10,
    failureRate: 0.5,
  });
  for (let i = 0; i < 9; i++) rig.bad();
  rig.time.step(-HOUR_MS);
  t.equal(rig.breaker.metrics.calls, 9);
  await rig.time.advance(10_001);
  t.equal(rig.breaker.metrics.calls, 0);
});
