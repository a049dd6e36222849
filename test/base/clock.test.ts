import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { ManualClock, systemClock } from '../../runtime/base/clock.js';

const ROUND_COUNT = 200;

t.test('the system clock never steps back', async (t) => {
  let last = systemClock.now();
  let stepsBack = 0;
  for (let i = 0; i < 100_000; i++) {
    const now = systemClock.now();
    if (now < last) stepsBack++;
    last = now;
  }
  t.equal(stepsBack, 0);
});

t.test('a reading of another thread lies between two of this one that enclose it', async (t) => {
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const reading = new Float64Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL('./fixtures/clock-reader.js', import.meta.url), {
    workerData: { turn, reading, roundCount: ROUND_COUNT },
  });
  const ended = once(worker, 'exit');
  const outside: number[][] = [];
  for (let round = 0; round < ROUND_COUNT; round++) {
    const before = systemClock.now();
    Atomics.store(turn, 0, 2 * round + 1);
    Atomics.notify(turn, 0);
    Atomics.wait(turn, 0, 2 * round + 1, 20_000);
    const after = systemClock.now();
    const inside = reading[0]!;
    if (!(before <= inside && inside <= after)) outside.push([before, inside, after]);
    if (Atomics.load(turn, 0) !== 2 * round + 2) break;
  }
  t.equal(Atomics.load(turn, 0), 2 * ROUND_COUNT, 'the other thread answered every round');
  t.same(outside, []);
  await ended;
});

t.test('a manual clock moves only when it is moved, and only forward', async (t) => {
  const clock = new ManualClock(5);
  t.equal(clock.now(), 5);
  t.equal(clock.now(), 5);
  clock.advance(1.5);
  t.equal(clock.now(), 6.5);
  clock.advance(0);
  t.throws(() => clock.advance(-1), RangeError);
  t.throws(() => clock.advance(Number.NaN), RangeError);
  t.equal(clock.now(), 6.5, 'a refused move changes nothing');
  t.equal(new ManualClock().now(), 0);
});
