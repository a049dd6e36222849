import t from 'tap';
import { ChildControl } from '../../runtime/supervision/child-control.js';
import { ChildList } from '../../runtime/supervision/child-list.js';
import {
  CHILD_EVENTS,
  CHILD_TRANSITIONS,
  type ChildPhase,
} from '../../runtime/supervision/child-phase.js';
import {
  type ChildPolicyOptions,
  resolveChildPolicy,
} from '../../runtime/supervision/child-policy.js';
import { PlainChild } from './plain-child.js';

function childIn(phase: ChildPhase, options: ChildPolicyOptions = {}) {
  const list = new ChildList();
  const child = list.append(new PlainChild(1, resolveChildPolicy(options)), phase);
  return { list, child, control: new ChildControl(list) };
}

t.test(
  'a child takes exactly the events its table allows, and is unlinked when gone',
  async (t) => {
    for (const phase of Object.keys(CHILD_TRANSITIONS) as ChildPhase[]) {
      for (const event of CHILD_EVENTS) {
        const { list, child, control } = childIn(phase);
        const next = CHILD_TRANSITIONS[phase][event];
        if (next === undefined) {
          t.throws(
            () => control.move(child, event),
            { code: 'ERR_INVARIANT' },
            `${phase} ${event}`,
          );
        } else {
          control.move(child, event);
          t.equal(child.phase, next, `${phase} ${event}`);
          t.equal(list.count, next === 'gone' ? 0 : 1);
        }
      }
    }
  },
);

t.test('a deadline is armed with an orderly end and cancelled by its answer', async (t) => {
  const { child, control } = childIn('running', { shutdownMs: 70 });
  control.stop(child);
  control.move(child, 'terminated');
  t.same(control.take(), [
    { type: 'stop', id: 1 },
    { type: 'arm', id: 1, kind: 'deadline', delayMs: 70, token: 1 },
    { type: 'cancel', id: 1, kind: 'deadline', token: 1 },
  ]);
  t.same(control.take(), []);
});

t.test(
  'without a limit no deadline is armed, and without patience nothing but the kill comes',
  async (t) => {
    const patient = childIn('running', { shutdownMs: 'infinity' });
    patient.control.halt(patient.child);
    t.same(patient.control.take(), [{ type: 'halt', id: 1 }]);
    const brutal = childIn('running', { shutdownMs: 'kill' });
    brutal.control.halt(brutal.child);
    t.same(brutal.control.take(), [{ type: 'kill', id: 1, outcome: 'suspend' }]);
  },
);

t.test('a halt that turns into a stop keeps its deadline, which then terminates', async (t) => {
  const { child, control } = childIn('running');
  control.halt(child);
  control.take();
  control.stop(child);
  t.same(control.take(), []);
  t.equal(control.fired(child, 1), true);
  control.kill(child);
  t.same(control.take(), [{ type: 'kill', id: 1, outcome: 'terminate' }]);
});

t.test('a timer counts once, and only under its token', async (t) => {
  const { child, control } = childIn('suspended');
  t.equal(control.fired(child, 0), false);
  control.delay(child, 5);
  t.equal(control.fired(child, 2), false);
  t.equal(control.fired(child, 1), true);
  t.equal(control.fired(child, 1), false);
});

t.test('the end of a child fits its phase, and an end under way is left alone', async (t) => {
  const expected: Partial<Record<ChildPhase, string>> = {
    pending: 'discard',
    suspended: 'release',
    backoff: 'release',
    starting: 'stop',
    running: 'stop',
    restarting: 'stop',
  };
  for (const phase of Object.keys(CHILD_TRANSITIONS) as ChildPhase[]) {
    const { child, control } = childIn(phase);
    control.end(child);
    t.equal(control.take()[0]?.type, expected[phase], phase);
  }
});
