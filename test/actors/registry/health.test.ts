import t from 'tap';
import { Health } from '#actors/registry/health.js';
import { LeaseClock } from '#actors/registry/lease-clock.js';

const clock = () => new LeaseClock(0, 1e9);

t.test('so many failures in a row make it worse, so many successes better', async (t) => {
  const spec = { c: { kind: 'reported', failures: 3, successes: 2 } } as const;
  const health = new Health(clock(), spec, 0);
  t.equal(health.verdict, undefined);
  const report = (result: 'passing' | 'warning' | 'critical') => {
    health.report('c', result, '', 0);
    return health.verdict;
  };
  t.equal(report('passing'), 'passing', 'the first counts at once');
  t.same([report('critical'), report('critical')], ['passing', 'passing']);
  t.equal(report('passing'), 'passing', 'begins anew');
  t.same(
    [report('critical'), report('critical'), report('critical')],
    ['passing', 'passing', 'critical'],
  );
  t.same([report('passing'), report('passing')], ['critical', 'passing']);
});

t.test('the worst of all checks counts; none that is missing is taken for good', async (t) => {
  const spec = { a: { kind: 'reported' }, b: { kind: 'reported' } } as const;
  const health = new Health(clock(), spec, 0);
  health.report('a', 'passing', '', 0);
  t.equal(health.verdict, undefined);
  health.report('a', 'critical', 'no disk', 0);
  t.equal(health.verdict, 'critical', 'which needs no other');
  t.match(health.output, 'a: no disk');
  health.report('a', 'passing', '', 0);
  health.report('b', 'warning', '', 0);
  t.equal(health.verdict, 'warning');
  t.notOk(health.report('c', 'passing', '', 0), 'there is no such check');
});

t.test(
  'a check with a time to live is critical without a report, also without a first one',
  async (t) => {
    const health = new Health(clock(), { c: { kind: 'ttl', ttlMs: 1000 } }, 0);
    t.notOk(health.expire(1000));
    t.ok(health.expire(1001));
    t.equal(health.verdict, 'critical');
    health.report('c', 'passing', '', 2000);
    t.equal(health.verdict, 'passing');
    t.notOk(health.expire(3000));
    t.ok(health.expire(3001));
  },
);
