import t from 'tap';
import {
  type ChildPolicyOptions,
  DEFAULT_CHILD_POLICY,
  resolveChildPolicy,
} from '../../runtime/supervision/child-policy.js';

t.test('the defaults are transient, 5000 ms and no backoff', async (t) => {
  t.same(resolveChildPolicy(), { restart: 'transient', shutdownMs: 5000, backoff: null });
  t.same(DEFAULT_CHILD_POLICY, resolveChildPolicy({}));
});

t.test('given values are kept and the backoff is completed', async (t) => {
  const policy = resolveChildPolicy({
    restart: 'permanent',
    shutdownMs: 'infinity',
    backoff: { minMs: 5, maxMs: 50 },
  });
  t.match(policy, { restart: 'permanent', shutdownMs: 'infinity', backoff: { factor: 2 } });
  t.equal(resolveChildPolicy({ shutdownMs: 'kill' }).shutdownMs, 'kill');
  t.equal(resolveChildPolicy({ shutdownMs: 0 }).shutdownMs, 0);
});

t.test('a value outside its range is named', async (t) => {
  const wrong: Record<string, unknown> = {
    restart: { restart: 'always' },
    shutdownMs: { shutdownMs: 'never' },
    'backoff.maxMs': { backoff: { minMs: 5, maxMs: 4 } },
  };
  for (const [field, options] of Object.entries(wrong)) {
    t.throws(() => resolveChildPolicy(options as ChildPolicyOptions, 'spawn(A)'), {
      code: 'ERR_OPTION',
      where: `spawn(A).${field}`,
    });
  }
  for (const shutdownMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => resolveChildPolicy({ shutdownMs }), { code: 'ERR_OPTION' });
  }
});
