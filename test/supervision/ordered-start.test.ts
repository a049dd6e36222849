import t from 'tap';
import { DECLARED } from './ordered-start.scenarios.js';
import { replay } from './trace.js';

for (const scenario of DECLARED) {
  t.test(`${scenario.strategy}: ${scenario.title}`, async (t) => {
    const { expected, actual } = replay(scenario);
    t.same(actual, expected);
  });
}
