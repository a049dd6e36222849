import t from 'tap';
import { SpinWorth } from '../../runtime/scheduler/spin-worth.js';

/** Idle times until the next one that polls. */
function untilPolling(worth: SpinWorth): number {
  let count = 1;
  while (!worth.begin()) count++;
  return count;
}

t.test('a thread polls while polling pays', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 1000; i++) {
    t.ok(worth.begin());
    if (i % 4 === 3) worth.succeeded();
    else worth.failed();
  }
});

t.test('after four vain tries in a row it parks at once, and tries every 32nd time', async (t) => {
  const worth = new SpinWorth();
  for (let i = 0; i < 4; i++) {
    t.ok(worth.begin());
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
  worth.succeeded();
  t.ok(worth.begin());
});
