import { type BreakerOptions, CircuitBreaker, shareBreaker } from 'troupe/resilience';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';

/** Opens after five failures in a row: judges as the peer does. */
const CONSECUTIVE: BreakerOptions = { window: { kind: 'consecutive', failures: 5 } };

/** Calls through a closed breaker, of a function that adds one and succeeds. */
abstract class CallSubject implements Subject {
  readonly name: string;
  readonly #count: number;

  constructor(name: string, count: number) {
    this.name = name;
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const startNs = nowNs();
    const sum = await this.work(this.#count);
    const endNs = nowNs();
    check(sum === this.#count, () => `${sum} calls were made, not ${this.#count}`);
    return [rate(this.#count, endNs - startNs, 'ops/s')];
  }

  async close(): Promise<void> {}

  /** @returns how many calls were made */
  protected abstract work(count: number): number | Promise<number>;
}

/** A breaker around a function that answers at once. */
class BreakerSubject extends CallSubject {
  readonly #breaker: CircuitBreaker;

  constructor(name: string, count: number, options: BreakerOptions) {
    super(name, count);
    this.#breaker = new CircuitBreaker(options);
  }

  protected override work(count: number): number {
    let sum = 0;
    const call = (): number => ++sum;
    for (let i = 0; i < count; i++) this.#breaker.runSync(call);
    return sum;
  }
}

/** The same breaker around a promise, one call after the other. */
class AsyncSubject extends CallSubject {
  readonly #breaker = new CircuitBreaker(CONSECUTIVE);

  protected override async work(count: number): Promise<number> {
    let sum = 0;
    const call = async (): Promise<number> => ++sum;
    for (let i = 0; i < count; i++) await this.#breaker.run(call);
    return sum;
  }
}

/** The least that can be called a breaker: a flag and a counter, which a success sets back. */
class ByHandSubject extends CallSubject {
  #failures = 0;
  #isOpen = false;

  protected override work(count: number): number {
    let sum = 0;
    const call = (): number => ++sum;
    for (let i = 0; i < count; i++) this.#guarded(call);
    return sum;
  }

  #guarded(call: () => number): number {
    if (this.#isOpen) throw new Error('open');
    try {
      const value = call();
      this.#failures = 0;
      return value;
    } catch (error) {
      this.#isOpen = ++this.#failures >= 5;
      throw error;
    }
  }
}

/** The async function alone. */
class BareAsyncSubject extends CallSubject {
  protected override async work(count: number): Promise<number> {
    let sum = 0;
    const call = async (): Promise<number> => ++sum;
    for (let i = 0; i < count; i++) await call();
    return sum;
  }
}

/** Workload K2: a call through a closed circuit breaker that succeeds. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 10_000_000, 10_000);
    const asyncCount = countOf(scale, 1_000_000, 1000);
    return [
      {
        bench: 'breaker-call',
        subjects: [
          new BreakerSubject('troupe', count, CONSECUTIVE),
          new BreakerSubject('troupe/count', count, { window: { kind: 'count', size: 100 } }),
          new BreakerSubject('troupe/time', count, { window: { kind: 'time', ms: 10_000 } }),
          new BreakerSubject('troupe/slow', count, { slow: { ms: 1000 } }),
          new BreakerSubject('troupe/shared', count, { ...CONSECUTIVE, shared: shareBreaker() }),
          new ByHandSubject('by-hand', count),
        ],
      },
      {
        bench: 'breaker-call.async',
        subjects: [
          new AsyncSubject('troupe', asyncCount),
          new BareAsyncSubject('function', asyncCount),
        ],
      },
    ];
  },
};
