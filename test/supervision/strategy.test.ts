import t from 'tap';
import { resolveSupervisor, type SupervisorOptions } from '../../runtime/supervision/strategy.js';

t.test('the defaults are one-for-one and 3 restarts within 5000 ms', async (t) => {
  t.same(resolveSupervisor(), { strategy: 'one-for-one', intensity: 3, periodMs: 5000 });
});

t.test('an intensity of 0 is a value', async (t) => {
  t.equal(resolveSupervisor({ intensity: 0 }).intensity, 0);
});

t.test('a value outside its range is named', async (t) => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['strategy', { strategy: 'all' }],
    ['intensity', { intensity: -1 }],
    ['intensity', { intensity: 1.5 }],
    ['intensity', { intensity: '3' }],
    ['periodMs', { periodMs: 0 }],
    ['periodMs', { periodMs: Number.POSITIVE_INFINITY }],
  ];
  for (const [field, options] of wrong) {
    t.throws(() => resolveSupervisor(options as SupervisorOptions, 'pool'), {
      code: 'ERR_OPTION',
      where: `pool.${field}`,
    });
  }
});
