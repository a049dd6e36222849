import t from 'tap';
import { SpinWorth } from '../../runtime/scheduler/spin-worth.js';

/** Idle times until the next one that polls. */
function untilPolling(worth: SpinWorth): number {
  let count = 1;
  while (worth.begin() === 0) count++;
  return count;
}

t.test('a thread polls while polling pays', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 1000; i++) {
    t.equal(worth.begin(), [1, 2, 4, 4][i % 4], 'each vain try makes the next one longer');
    if (i % 4 === 3) worth.succeeded(false);
    else worth.failed();
  }
});

t.test('after four vain tries in a row it parks at once, and tries every 32nd time', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 4; i++) {
    t.equal(worth.begin(), [1, 2, 4, 4][i]);
    worth.failed();
  }
  for (let i = 0; i < 3; i++) {
    t.equal(untilPolling(worth), 32);
    worth.failed();
  }
});

t.test('one success brings polling back', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 4; i++) worth.failed();
  t.equal(untilPolling(worth), 32);
  worth.succeeded(false);
  t.equal(worth.begin(), 1);
});

/** Goes on without success until a try of four times the usual time. @returns the tries until then, it included */
function untilLongTry(worth: SpinWorth): number {
  for (let count = 1; count <= 100; count++) {
    let stretch = 0;
    while (stretch === 0) stretch = worth.begin();
    if (stretch === 4) return count;
    worth.failed();
  }
  return Number.POSITIVE_INFINITY;
}

t.test('each eighth try is longer', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 4; i++) worth.failed();
  for (let i = 0; i < 3; i++) {
    t.equal(untilLongTry(worth), 8);
    worth.failed();
  }
});

t.test('what is found late keeps the longer time until work comes early or not', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 4; i++) worth.failed();
  untilLongTry(worth);
  worth.succeeded(true);
  t.equal(worth.begin(), 4);
  worth.succeeded(false);
  t.equal(worth.begin(), 1, 'it came early');
  for (let i = 0; i < 4; i++) worth.failed();
  untilLongTry(worth);
  worth.succeeded(true);
  for (let i = 0; i < 4; i++) {
    t.equal(worth.begin(), 4);
    worth.failed();
  }
  t.equal(untilPolling(worth), 32, 'it did not come');
});

t.test('work that is always late is not waited for all the time', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 4; i++) worth.failed();
  let longCount = 0;
  for (let i = 0; i < 10_000; i++) {
    const stretch = worth.begin();
    if (stretch > 1) {
      worth.succeeded(true);
      longCount++;
    } else if (stretch === 1) worth.failed();
  }
  t.ok(longCount > 0 && longCount < 1500, `${longCount} of 10,000`);
});

/** Two threads that work for each other in turn: one for 40 us, the other for 20 us. Who has parked takes 35 us to wake up. */
class Pair {
  readonly #usualUs = 50;
  readonly #works = [40, 20] as const;
  readonly #wakeUs = 35;
  readonly #worths = [new SpinWorth(), new SpinWorth()] as const;
  readonly #isAwake = [false, false];
  #step = 0;

  /** Both have tried in vain for long. */
  park(): void {
    for (const worth of this.#worths) for (let i = 0; i < 4; i++) worth.failed();
  }

  /** One works, held up for so long, while the other waits. @returns whether the wait ended while polling */
  work(heldUpUs = 0): boolean {
    const worker = this.#step++ % 2;
    const waiter = 1 - worker;
    const worth = this.#worths[waiter]!;
    const waitUs = this.#works[worker]! + (this.#isAwake[worker] ? 0 : this.#wakeUs) + heldUpUs;
    const pollUs = this.#usualUs * worth.begin();
    const isAwake = waitUs <= pollUs;
    this.#isAwake[waiter] = isAwake;
    if (isAwake) worth.succeeded(waitUs > this.#usualUs);
    else if (pollUs > 0) worth.failed();
    return isAwake;
  }
}

t.test('two threads that both parked find again that polling pays', async (t) => {
  const pair = new Pair();
  pair.park();
  for (let i = 0; i < 1000; i++) pair.work();
  let polledCount = 0;
  for (let i = 0; i < 1000; i++) if (pair.work()) polledCount++;
  t.equal(polledCount, 1000, 'all waits of the second half ended while polling');
});

t.test('one that is held up once does not have both park for long', async (t) => {
  const pair = new Pair();
  for (let i = 0; i < 10; i++) pair.work();
  t.notOk(pair.work(1000), 'the other parked');
  const polled = Array.from({ length: 10 }, () => pair.work());
  t.same(polled.slice(2), Array(8).fill(true), `after two waits they poll again: ${polled}`);
});
