import t from 'tap';
import {
  ENDPOINT_EVENTS,
  ENDPOINT_STATES,
  ENDPOINT_TRANSITIONS,
  Endpoint,
} from '#actors/registry/balance/endpoint.js';
import { OutlierEjection } from '#actors/registry/balance/outlier-ejection.js';

const limits = { failures: 2, baseMs: 1000, maxMs: 5000, share: 1 };

function ejected(): { ejection: OutlierEjection; all: Endpoint[] } {
  const ejection = new OutlierEjection(limits);
  const all = ['a', 'b'].map((name) => new Endpoint({ instance: name, weight: 1 } as never, 0));
  ejection.result(all[0]!, true, all, 0);
  ejection.result(all[0]!, true, all, 0);
  return { ejection, all };
}

t.test('an endpoint moves as the table says, in every cell', async (t) => {
  for (const state of ENDPOINT_STATES) {
    for (const event of ENDPOINT_EVENTS) {
      const { ejection, all } = ejected();
      const endpoint = state === 'ejected' ? all[0]! : all[1]!;
      t.equal(endpoint.state, state);
      if (event === 'success') ejection.result(endpoint, false, all, 10);
      if (event === 'failure') ejection.result(endpoint, true, all, 10);
      if (event === 'outlier') {
        for (let i = 0; i < limits.failures; i++) ejection.result(endpoint, true, all, 10);
      }
      if (event === 'time-over') ejection.release(all, 1000);
      t.equal(endpoint.state, ENDPOINT_TRANSITIONS[state][event], `${state} on ${event}`);
    }
  }
});

t.test(
  'a late failure of a call from before neither prolongs an ejection nor ends it',
  async (t) => {
    const { ejection, all } = ejected();
    t.notOk(ejection.result(all[0]!, true, all, 900));
    t.notOk(ejection.release(all, 999));
    t.ok(ejection.release(all, 1000));
    t.equal(all[0]!.state, 'active');
  },
);
