import t from 'tap';
import { type CacheOptions, resolveOptions } from '#actors/cache/options.js';
import type { Operation, Write } from '#actors/cache/protocol.js';
import { LEASE_TABLE, LeaseTable } from '#actors/cache/shard/lease-table.js';
import { ShardCore } from '#actors/cache/shard/shard-core.js';

const HOUR_MS = 3_600_000;

/** A core on made-up time; chance is 0.5 unless said. */
class Rig {
  nowMs = 10 * HOUR_MS;
  chance = 0.5;
  readonly core: ShardCore;

  constructor(options: CacheOptions = {}) {
    this.core = new ShardCore(resolveOptions(options), this.nowMs);
  }

  do(operation: Operation): unknown {
    return this.core.execute(operation, this.nowMs, this.chance);
  }

  set(key: string, value: unknown, more: Partial<Write> = {}): unknown {
    const write = { value, bytes: 8, ttlMs: 1000, keepMs: 0, sliding: false, tags: null, ...more };
    return this.do({ op: 'set', key, write, when: 'always', keepTtl: false });
  }

  fill(key: string, token: number, value: unknown, more: Partial<Write> = {}, costMs = 1): unknown {
    const write = { value, bytes: 8, ttlMs: 1000, keepMs: 0, sliding: false, tags: null, ...more };
    return this.do({ op: 'fill', key, token, write, costMs });
  }

  lease(key: string): { state: string; token: number; value: unknown } {
    return this.do({ op: 'lease', key }) as never;
  }

  get(key: string): unknown {
    return this.do({ op: 'get', key });
  }
}

t.test('every cell of the table of leases is what the leases do', async (t) => {
  for (const state of ['free', 'leased'] as const) {
    const make = (): { leases: LeaseTable; token: number } => {
      const leases = new LeaseTable(0);
      const token = leases.ask('a', 10);
      if (state === 'free') leases.cancel('a');
      return { leases, token };
    };
    const acts = {
      ask: (leases: LeaseTable) => (leases.ask('a', 10) > 0 ? 'grant' : 'wait'),
      fill: (leases: LeaseTable, token: number) => (leases.end('a', token) ? 'settle' : 'refuse'),
      fail: (leases: LeaseTable, token: number) => (leases.end('a', token) ? 'settle' : 'refuse'),
      change: (leases: LeaseTable) => (leases.cancel('a') ? 'retry' : 'none'),
      expire: (leases: LeaseTable) =>
        leases.cancelAll(({ deadlineMs }) => deadlineMs <= 10).length > 0 ? 'retry' : 'none',
    };
    for (const [event, act] of Object.entries(acts)) {
      const { leases, token } = make();
      const [next, action] = LEASE_TABLE[state][event as keyof typeof acts];
      t.equal(act(leases, token), action, `${state}, ${event}`);
      t.equal(leases.stateOf('a'), next, `${state}, ${event}: next`);
    }
  }
});

t.test('a result under an old lease is not kept, whatever happened since', async (t) => {
  const rig = new Rig({ loadTimeoutMs: 100 });
  const first = rig.lease('a');
  t.equal(first.state, 'load');
  t.equal(rig.lease('a').state, 'wait');
  rig.nowMs += 100;
  const second = rig.lease('a');
  t.equal(second.state, 'load', 'the first has taken too long');
  t.equal(rig.fill('a', first.token, 1), false);
  t.equal(rig.get('a'), undefined);
  t.equal(rig.fill('a', second.token, 2), true);
  t.equal(rig.fill('a', second.token, 3), false, 'twice is once too often');
  t.equal(rig.get('a'), 2);
});

t.test(
  'those who wait are answered once: with the result, the error, or to ask again',
  async (t) => {
    const rig = new Rig();
    const ends: [string, (token: number) => unknown][] = [
      ['done', (token) => rig.fill('a', token, 1)],
      ['failed', (token) => rig.do({ op: 'fail', key: 'a', token, error: new Error('no') })],
      ['retry', (token) => rig.do({ op: 'fail', key: 'a', token, error: null })],
      ['retry', () => rig.set('a', 1)],
      ['retry', () => rig.do({ op: 'delete', key: 'a', when: 'always' })],
      ['retry', () => rig.core.invalidate({ kind: 'prefix', text: 'a' })],
      ['retry', () => rig.core.invalidate({ kind: 'all', text: '' })],
      ['retry', () => rig.core.giveUpLeases(() => false)],
      [
        'retry',
        () => {
          rig.nowMs += HOUR_MS;
          rig.core.expireLeases(rig.nowMs);
        },
      ],
    ];
    for (const [state, end] of ends) {
      const { token } = rig.lease('a');
      const waiters = [rig.core.wait('a', rig.nowMs), rig.core.wait('a', rig.nowMs)];
      end(token);
      t.same(
        rig.core.answers.map(({ waiter, outcome }) => [waiter, outcome.state]),
        waiters.map((waiter) => [waiter, state]),
        `${state} by ${end}`,
      );
      rig.core.answers = [];
      rig.do({ op: 'delete', key: 'a', when: 'always' });
    }
    t.same(rig.core.wait('a', rig.nowMs), { state: 'retry' }, 'nobody loads: ask again');
  },
);

t.test(
  'a tag that is invalidated during a load voids results with it, and no others',
  async (t) => {
    const rig = new Rig();
    const [red, blue] = [rig.lease('red').token, rig.lease('blue').token];
    rig.core.invalidate({ kind: 'tag', text: 'red' });
    t.equal(rig.fill('red', red, 1, { tags: ['x', 'red'] }), false);
    t.equal(rig.fill('blue', blue, 1, { tags: ['blue'] }), true);
    const again = rig.lease('red').token;
    t.equal(rig.fill('red', again, 1, { tags: ['red'] }), true, 'a load begun after it is kept');
  },
);

t.test('stale values are served while or although a load fails, as long as was said', async (t) => {
  const rig = new Rig({ staleWhileRevalidateMs: 100, staleIfErrorMs: 500 });
  rig.set('a', 1, { keepMs: 500 });
  rig.nowMs += 1050;
  t.equal(rig.get('a'), undefined, 'for a plain get it is over');
  const { state, token } = rig.lease('a');
  t.equal(state, 'stale');
  t.same(
    rig.lease('a'),
    { state: 'stale', value: 1, token: 0 },
    'one refreshes, others are served',
  );
  t.equal(rig.do({ op: 'fail', key: 'a', token, error: new Error('no') }), 1);
  rig.nowMs += 100;
  const late = rig.lease('a');
  t.equal(late.state, 'load', 'too old to be served unasked');
  t.equal(rig.do({ op: 'fail', key: 'a', token: late.token, error: new Error('no') }), 1);
  rig.nowMs += 400;
  const last = rig.lease('a');
  t.equal(rig.do({ op: 'fail', key: 'a', token: last.token, error: new Error('no') }), undefined);
});

t.test('the dearer the load and the nearer the end, the likelier an early refresh', async (t) => {
  const refreshes = (costMs: number, leftMs: number): number => {
    let count = 0;
    for (let n = 0; n < 200; n++) {
      const rig = new Rig({ earlyRefresh: 1 });
      rig.fill('a', rig.lease('a').token, 1, {}, costMs);
      rig.nowMs += 1000 - leftMs;
      rig.chance = n / 200;
      const { state, token } = rig.lease('a');
      if (state === 'stale' && token > 0) count++;
    }
    return count;
  };
  t.equal(refreshes(10, 900), 0);
  t.ok(refreshes(10, 10) > 40);
  t.ok(refreshes(100, 10) > refreshes(10, 10));
  t.ok(refreshes(100, 100) > refreshes(100, 500));
});

t.test('chance takes a part off the times to live, no more than was said', async (t) => {
  const rig = new Rig({ jitter: 0.2 });
  const start = rig.nowMs;
  for (const [chance, livesMs] of [
    [0, 1000],
    [0.5, 900],
    [0.999999, 800.0002],
  ] as const) {
    rig.nowMs = start;
    rig.chance = chance;
    rig.set('a', 1);
    rig.nowMs = start + livesMs - 0.01;
    t.equal(rig.get('a'), 1);
    rig.nowMs = start + livesMs;
    t.equal(rig.get('a'), undefined);
  }
});

t.test(
  'an hour forward or back in the clock neither sticks nor expires what is to live',
  async (t) => {
    const rig = new Rig({ loadTimeoutMs: 1000 });
    rig.set('a', 1, { ttlMs: 3 * HOUR_MS });
    const { token } = rig.lease('b');
    rig.nowMs -= HOUR_MS;
    t.equal(rig.get('a'), 1);
    t.equal(rig.lease('b').state, 'wait');
    t.equal(rig.fill('b', token, 2, { ttlMs: 2 * HOUR_MS }), true);
    rig.nowMs += 2 * HOUR_MS;
    t.equal(rig.get('a'), 1);
    t.equal(rig.get('b'), undefined, 'its time counts from when it was written');
    const stuck = rig.lease('c');
    rig.nowMs += HOUR_MS;
    rig.core.expireLeases(rig.nowMs);
    t.not(rig.lease('c').token, stuck.token, 'a lease ends after an hour of idleness');
  },
);

t.test('a counter keeps its time to live and its tags', async (t) => {
  const rig = new Rig();
  rig.set('n', 5, { tags: ['red'] });
  rig.nowMs += 900;
  const by = { by: 1, initial: 0, min: 0, max: 100, ttlMs: 1000, bytes: 8 };
  t.equal(rig.do({ op: 'increment', key: 'n', ...by }), 6);
  rig.nowMs += 100;
  t.equal(rig.get('n'), undefined);
  t.equal(rig.do({ op: 'increment', key: 'n', ...by, initial: 50 }), 51);
  rig.set('n', 5, { tags: ['red'] });
  rig.do({ op: 'increment', key: 'n', ...by });
  t.equal(rig.core.invalidate({ kind: 'tag', text: 'red' }), 1);
});
