import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { type BreakerOptions, CircuitBreaker } from '#runtime/resilience/index.js';

const COUNT = 10_000;
const MOST_BYTES = 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that this process holds in objects and buffers. */
function held(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const CASES: Readonly<Record<string, BreakerOptions>> = {
  'the last 100 calls': {},
  'ten seconds': { window: { kind: 'time', ms: 10_000 } },
  'failures in a row': { window: { kind: 'consecutive', failures: 5 } },
};

/** Makes breakers that have been used. */
function make(count: number, options: BreakerOptions): CircuitBreaker[] {
  return Array.from({ length: count }, (_, i) => {
    const breaker = new CircuitBreaker(options);
    breaker.runSync(() => i);
    return breaker;
  });
}

for (const [title, options] of Object.entries(CASES)) {
  t.test(`a breaker with ${title} takes less than 1 kB, and no timer`, async (t) => {
    make(COUNT, options);
    const before = held();
    const breakers = make(COUNT, options);
    const bytes = (held() - before) / COUNT;
    t.comment(`${Math.round(bytes)} bytes`);
    t.ok(bytes < MOST_BYTES, `${bytes} bytes`);
    t.equal(breakers.length, COUNT);
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    t.ok(timers.length < COUNT);
  });
}
