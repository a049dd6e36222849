import t from 'tap';
import { VirtualTime } from '../../../runtime/testkit/simulation/virtual-time.js';

t.test('what is due is called in the order of time, and of arming within one moment', async (t) => {
  const time = new VirtualTime();
  const calls: string[] = [];
  time.after(20, () => calls.push('late'));
  time.after(10, () => calls.push('first'));
  time.after(10, () => calls.push('second'));
  time.fire();
  t.same(calls, [], 'nothing before its time');
  time.spend(10);
  time.fire();
  t.same(calls, ['first', 'second']);
  time.jump();
  time.fire();
  t.same(calls, ['first', 'second', 'late']);
  t.equal(time.nextMs, Number.POSITIVE_INFINITY);
});

t.test('what is cancelled is not called, and not waited for', async (t) => {
  const time = new VirtualTime();
  const due = time.after(5, () => t.fail('it was cancelled'));
  t.notOk(time.isQuiet);
  time.cancel(due);
  time.cancel(due);
  t.ok(time.isQuiet);
  time.spend(10);
  time.fire();
});

t.test('what goes on for ever does not keep a simulation from its rest', async (t) => {
  const time = new VirtualTime();
  time.after(5, () => {}, true);
  t.ok(time.isQuiet);
  t.equal(time.nextMs, time.nowMs + 5, 'though it is due like any other');
});
