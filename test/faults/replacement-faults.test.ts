import t from 'tap';
import { DIES_AT_START, TokenCodec } from './support/dies-at-start.js';
import { ms, scaled } from './support/scale.js';
import { Scene } from './support/scene.js';
import { turns } from './support/turns.js';

t.test('a thread whose replacements die while they start comes back in the end', async (t) => {
  const scene = await Scene.begin(t, { codecs: [TokenCodec] }, { manyDeaths: true });
  const { system, events } = scene;
  t.teardown(() => delete process.env[DIES_AT_START]);
  const startDeaths = 3;
  system.events.on('thread-died', () => {
    if (events.seen('thread-died').length > startDeaths) delete process.env[DIES_AT_START];
  });
  process.env[DIES_AT_START] = 'exit';
  const began = performance.now();
  system.killThread(1);
  const replaced = await events.until('thread-replaced');
  const tookMs = performance.now() - began;
  const deaths = events.seen('thread-died');
  t.same(
    deaths.map(({ thread }) => thread),
    Array.from({ length: 1 + startDeaths }, () => 1),
    'each is a death of that thread',
  );
  for (const { error } of deaths.slice(1)) t.match(error.message, /thread 1 did not start/);
  t.equal(replaced.thread, 1);
  await scene.recovered(t, [1, 1 + startDeaths]);
  await scene.assertMortalFailed(t);
  t.comment(
    `${startDeaths} replacements died at their start; a thread ran ${ms(tookMs)} after the kill`,
  );
  await scene.close(t);
});

t.test(
  'threads that die at their start use up the budget of the system, which ends with the cause',
  async (t) => {
    const threadIntensity = { intensity: 2, periodMs: 600_000 };
    const options = { codecs: [TokenCodec], threadIntensity, stopDeadlineMs: 1000 };
    const scene = await Scene.begin(t, options);
    t.teardown(() => delete process.env[DIES_AT_START]);
    process.env[DIES_AT_START] = 'throw';
    scene.system.killThread(1);
    const report = await scene.system.whenTerminated;
    t.match(report, {
      error: { code: 'ERR_RESTART_INTENSITY', cause: { code: 'ERR_THREAD_DIED' } },
    });
    t.match(report.error?.message, /threads died more than 2 times/);
    t.equal(scene.events.seen('thread-died').length, 3);
  },
);

t.test(
  'an actor whose restarts kill the thread again costs its supervisor one restart for each',
  async (t) => {
    const nearArgs = { fatal: [1, 2, 3] };
    const scene = await Scene.begin(t, {}, { manyDeaths: true, nearArgs });
    const { system, events } = scene;
    const began = performance.now();
    system.killThread(1);
    await events.until('thread-died', () => true, 4);
    const { incarnation } = await scene.near.ask({ type: 'report' }, { timeoutMs: 15_000 });
    t.equal(incarnation, 4);
    t.comment(
      `four deaths in a row, then it answers: ${ms(performance.now() - began)} after the first`,
    );
    t.equal(events.seen('thread-died').length, 4);
    await scene.recovered(t, [1, 4]);
    await scene.close(t);
  },
);

t.test('a thread dies again at any moment of its replacement, under traffic', async (t) => {
  const scene = await Scene.begin(t, {}, { manyDeaths: true });
  const { system, events } = scene;
  const rounds = scaled(6, 60);
  const took: number[] = [];
  let deaths = 0;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const before = events.seen('thread-replaced').length;
    system.killThread(1);
    await events.until('thread-died', () => true, ++deaths);
    // From before its task is taken up until long after it runs.
    await turns(2 ** (round % 12));
    if (system.aliveThreads.includes(1) || round % 2 === 0) {
      system.killThread(1);
      deaths++;
    }
    await events.until('thread-died', () => true, deaths);
    await events.until('thread-replaced', () => true, before + 1);
    await scene.trafficReaches(scene.near);
    took.push(performance.now() - began);
  }
  t.equal(events.seen('thread-died').length, deaths);
  await scene.recovered(t, [rounds, deaths]);
  t.comment(
    `${rounds} rounds, ${deaths} deaths: served again after ${ms(Math.max(...took))} at most`,
  );
  await scene.close(t);
});
