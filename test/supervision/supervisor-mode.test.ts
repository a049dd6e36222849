import t from 'tap';
import {
  SUPERVISOR_TRANSITIONS,
  type SupervisorMode,
} from '../../runtime/supervision/supervisor-mode.js';

t.test('a supervisor that stops never runs again and ends once', async (t) => {
  t.same(SUPERVISOR_TRANSITIONS.stopping, { emptied: 'over' });
  t.same(SUPERVISOR_TRANSITIONS.over, {});
});

t.test('it can be stopped in every mode before', async (t) => {
  for (const mode of ['running', 'starting'] satisfies SupervisorMode[]) {
    t.equal(SUPERVISOR_TRANSITIONS[mode].shutdown, 'stopping');
  }
});
