import t from 'tap';
import type { TroupeError } from '../../runtime/base/errors.js';
import { PlainChild } from './plain-child.js';
import { SINGLE } from './supervisor-core.scenarios.js';
import { BOOM, policyOf, replay, TraceRunner } from './trace.js';

for (const scenario of SINGLE) {
  t.test(`${scenario.strategy}: ${scenario.title}`, async (t) => {
    const { expected, actual } = replay(scenario);
    t.same(actual, expected);
  });
}

t.test('the failure of a supervisor tells its numbers and the last error', async (t) => {
  const runner = new TraceRunner('one-for-one', 0, 250);
  for (const line of ['up a permanent', 'exited a failed', 'terminated a failed']) runner.run(line);
  const { message, cause } = runner.failure as TroupeError;
  t.match(message, /restart 1 was due, allowed are 0 within 250 ms.* child 1 \(failed\)/);
  t.equal(cause, BOOM);
  t.equal(runner.core.mode, 'over');
});

t.test('a failed start is the cause of the failure of the supervisor', async (t) => {
  const runner = new TraceRunner('one-for-one');
  for (const line of ['declare a:permanent', 'startFailed a', 'terminated a failed'])
    runner.run(line);
  t.match(runner.failure, { code: 'ERR_START_FAILED', cause: BOOM });
});

t.test('contradictions are defects', async (t) => {
  const defect = { code: 'ERR_INVARIANT' };
  const runner = new TraceRunner('one-for-one');
  runner.run('up a permanent');
  t.throws(() => runner.run('started a'), defect, 'a start nobody ordered');
  t.throws(() => runner.run('startFailed a'), defect, 'a failed start after the start');
  t.throws(() => runner.run('add a permanent'), defect, 'an id in use');
  runner.run('declare');
  t.throws(() => runner.run('declare'), defect, 'a second list');
  const over = new TraceRunner('one-for-one');
  over.run('stopAll');
  t.throws(() => over.run('add a permanent'), defect, 'a child after the end');
});

t.test('phase and count are those of the children', async (t) => {
  const { core } = new TraceRunner('one-for-one');
  const child = new PlainChild(1, policyOf(['permanent']));
  t.equal(child.phase, 'gone');
  core.step({ type: 'add', child }, 0);
  t.equal(child.phase, 'starting');
  t.equal(core.childCount, 1);
  t.equal(core.step({ type: 'started', id: 1 }, 0).length, 0);
  core.step({ type: 'terminated', id: 1, reason: { type: 'normal' } }, 0);
  t.equal(child.phase, 'gone');
  t.equal(core.childCount, 0);
});

t.test(
  'a child stands there as it was added until it is gone, and comes back with a discard',
  async (t) => {
    const { core } = new TraceRunner('one-for-one');
    const policy = policyOf(['permanent']);
    const [one, other, third] = [1, 2, 3].map((id) => new PlainChild(id, policy));
    core.step({ type: 'add', child: one! }, 0);
    core.step({ type: 'addDeclared', children: [other!, third!] }, 0);
    t.equal(core.childOf(1), one);
    t.equal(core.childOf(3), third);
    t.equal(core.childOf(4), undefined);
    const all = [...core.children()];
    t.ok(all.length === 3 && all[0] === one && all[1] === other && all[2] === third);
    const effects = core.step({ type: 'remove', id: 3 }, 0);
    t.equal(effects.find((effect) => effect.type === 'discard')?.child, third);
    t.equal(core.childOf(3), undefined);
    core.step({ type: 'terminated', id: 1, reason: { type: 'normal' } }, 0);
    t.equal(core.childOf(1), undefined);
    t.equal(core.childCount, 1);
  },
);
