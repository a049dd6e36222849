import t from 'tap';
import { GROUP } from './group-restart.scenarios.js';
import { replay } from './trace.js';

for (const scenario of GROUP) {
  t.test(`${scenario.strategy}: ${scenario.title}`, async (t) => {
    const { expected, actual } = replay(scenario);
    t.same(actual, expected);
  });
}
