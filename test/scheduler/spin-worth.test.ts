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
    t.equal(worth.begin(), 1);
    if (i % 4 === 3) worth.succeeded(false);
    else worth.failed();
  }
});

t.test('after four vain tries in a row it parks at once, and tries every 32nd time', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 4; i++) {
    t.equal(worth.begin(), 1);
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

t.test('two threads that both parked find again that polling pays', async (t) => {
  // Work of 40 us on one thread and of 20 us on the other, in turn; whoever has parked takes 35 us to wake up.
  const usualUs = 50;
  const [works, wakeUs] = [[40, 20] as const, 35];
  const worths = [new SpinWorth(), new SpinWorth()];
  for (const worth of worths) for (let i = 0; i < 4; i++) worth.failed();
  const isAwake = [false, false];
  let polledCount = 0;
  for (let step = 0; step < 2000; step++) {
    // `worker` has got a message and answers it; `waiter` has just sent it and waits.
    const worker = step % 2;
    const waiter = 1 - worker;
    const waitUs = works[worker]! + (isAwake[worker] ? 0 : wakeUs);
    const pollUs = usualUs * worths[waiter]!.begin();
    isAwake[waiter] = waitUs <= pollUs;
    if (isAwake[waiter]) worths[waiter]!.succeeded(waitUs > usualUs);
    else if (pollUs > 0) worths[waiter]!.failed();
    if (step >= 1000 && isAwake[waiter]) polledCount++;
  }
  t.equal(polledCount, 1000, 'all waits of the second half ended while polling');
});
