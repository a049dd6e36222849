import t from 'tap';
import { Balancer, type BalancerOptions } from '#actors/registry/balance/balancer.js';
import type { Instance } from '#actors/registry/index.js';
import { hasCode, ManualClock, SeededRandom, TroupeError } from '#runtime/index.js';
import { thrown } from '../../../support/errors.js';

const SEED = 5;

function instance(name: string, more: Partial<Instance> = {}): Instance {
  return {
    service: 's',
    instance: name,
    incarnation: 0,
    address: undefined,
    ref: undefined,
    tags: [],
    metadata: {},
    version: undefined,
    zone: undefined,
    weight: 1,
    state: 'up',
    isHeld: false,
    index: 1,
    leaseSlot: -1,
    leaseGeneration: 0,
    ...more,
  };
}

interface Bench {
  readonly balancer: Balancer;
  readonly clock: ManualClock;
  /** Picks and ends one call. @returns who got it */
  call(options?: { key?: string; takesMs?: number; fails?: boolean }): string | undefined;
  /** Ends so many calls. @returns how many each got */
  count(calls: number, key?: (call: number) => string): Record<string, number>;
}

function benchOf(options: BalancerOptions, instances: readonly Instance[]): Bench {
  const clock = new ManualClock(1e6);
  const balancer = new Balancer({ clock, random: new SeededRandom(SEED), ...options });
  balancer.update(instances);
  const call: Bench['call'] = ({ key, takesMs = 0, fails = false } = {}) => {
    const pick = balancer.pick(key);
    clock.advance(takesMs);
    pick?.done(fails ? 'failure' : 'success');
    return pick?.instance.instance;
  };
  const count: Bench['count'] = (calls, key) => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < calls; i++) {
      const name = call(key === undefined ? {} : { key: key(i) });
      counts[name ?? 'none'] = (counts[name ?? 'none'] ?? 0) + 1;
    }
    return counts;
  };
  return { balancer, clock, call, count };
}

const three = ['a', 'b', 'c'].map((name) => instance(name));

t.test('round robin gives everyone the same turns, in order', async (t) => {
  const { call, balancer } = benchOf({ policy: 'round-robin' }, three);
  t.same(Array.from({ length: 6 }, () => call()).join(''), 'abcabc');
  balancer.update(three.slice(1));
  t.same(
    Array.from({ length: 4 }, () => call())
      .sort()
      .join(''),
    'bbcc',
  );
});

t.test('the smooth weighted round robin keeps to the weights and spreads them', async (t) => {
  const weighted = [instance('a', { weight: 5 }), instance('b'), instance('c')];
  const { call } = benchOf({ policy: 'smooth-weighted' }, weighted);
  t.equal(Array.from({ length: 14 }, () => call()).join(''), 'aabacaaaabacaa');
});

t.test('an instance of weight 0 is never chosen, and nobody is when all are', async (t) => {
  for (const policy of [
    'smooth-weighted',
    'least-in-flight',
    'peak-ewma',
    'consistent-hash',
  ] as const) {
    const { count, balancer } = benchOf({ policy }, [instance('a', { weight: 0 }), instance('b')]);
    t.same(
      count(50, (call) => `${call}`),
      { b: 50 },
      policy,
    );
    balancer.update([instance('a', { weight: 0 })]);
    t.equal(balancer.pick('k'), undefined);
    balancer.update([]);
    t.equal(balancer.pick('k'), undefined);
  }
});

t.test('the least in flight of two: a stuck instance gets hardly anything', async (t) => {
  const { balancer } = benchOf({}, three);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 600; i++) {
    const pick = balancer.pick()!;
    const name = pick.instance.instance;
    counts[name] = (counts[name] ?? 0) + 1;
    if (name !== 'a') pick.done('success');
  }
  t.ok(counts['a']! <= 2, `a never answers and got ${counts['a']}`);
  t.ok(Math.abs(counts['b']! - counts['c']!) < 150, JSON.stringify(counts));
});

t.test(
  'calls under way are counted once for each, whatever is said of them how often',
  async (t) => {
    const { balancer } = benchOf({}, [instance('a')]);
    const picks = [balancer.pick()!, balancer.pick()!];
    t.equal(balancer.endpoints[0]?.inFlightCount, 2);
    for (const pick of picks) {
      pick.done('ignored');
      pick.done('failure');
    }
    t.equal(balancer.endpoints[0]?.inFlightCount, 0);
    t.equal(balancer.endpoints[0]?.failuresInRow, 0, 'ignored is neither good nor bad');
  },
);

t.test(
  'peak EWMA leaves a slow instance at its first slow answer, and tries it again later',
  async (t) => {
    const { balancer, clock, call } = benchOf({ policy: 'peak-ewma', decayMs: 1000 }, three);
    for (let i = 0; i < 30; i++) call({ takesMs: 1 });
    let slow: string | undefined;
    while (slow !== 'a') slow = call({ takesMs: 1 });
    let pick = balancer.pick()!;
    while (pick.instance.instance !== 'a') {
      clock.advance(1);
      pick.done('success');
      pick = balancer.pick()!;
    }
    clock.advance(500);
    pick.done('success');
    t.equal(balancer.endpoints.find(({ id }) => id === 'a')?.latencyMs, 500, 'the peak at once');
    const next: Record<string, number> = {};
    for (let i = 0; i < 100; i++) {
      const name = call({ takesMs: 1 })!;
      next[name] = (next[name] ?? 0) + 1;
    }
    t.equal(next['a'], undefined);
    clock.advance(20_000);
    const later = new Set(Array.from({ length: 50 }, () => call({ takesMs: 1 })));
    t.ok(later.has('a'), 'its peak is forgotten');
  },
);

t.test('an instance that fails fast does not look fast', async (t) => {
  const options = { policy: 'peak-ewma', ejection: { failures: 1000 } } as const;
  const { balancer, clock, call } = benchOf(options, [instance('a')]);
  call({ takesMs: 50 });
  for (let i = 0; i < 20; i++) {
    clock.advance(5000);
    call({ fails: true });
  }
  t.equal(balancer.endpoints[0]?.latencyMs, 50);
});

t.test('a key goes to the same instance, and only the keys of one that leaves move', async (t) => {
  const names = Array.from({ length: 10 }, (_, i) => instance(`i${i}`));
  const { balancer, call } = benchOf({ policy: 'consistent-hash' }, names);
  const keys = Array.from({ length: 1000 }, (_, i) => `user:${i}`);
  const before = keys.map((key) => call({ key }));
  t.same(
    keys.map((key) => call({ key })),
    before,
  );
  balancer.update(names.slice(1));
  const after = keys.map((key) => call({ key }));
  for (const [i, name] of before.entries()) {
    if (name !== 'i0') t.equal(after[i], name);
  }
  t.ok(
    hasCode(
      thrown(() => balancer.pick()),
      'ERR_OPTION',
    ),
    'it needs a key',
  );
});

t.test('an instance that fails again and again is left out, longer each time', async (t) => {
  const ejection = { failures: 3, baseMs: 1000, maxMs: 10_000, share: 0.5 };
  const { balancer, clock, call } = benchOf({ policy: 'round-robin', ejection }, three);
  const failA = (): void => {
    for (let i = 0; i < 9; i++) {
      const pick = balancer.pick()!;
      pick.done(pick.instance.instance === 'a' ? 'failure' : 'success');
    }
  };
  const isOut = (): boolean => !Array.from({ length: 9 }, () => call()).includes('a');
  failA();
  t.ok(isOut());
  clock.advance(999);
  t.ok(isOut());
  clock.advance(1);
  t.notOk(isOut());
  failA();
  clock.advance(1999);
  t.ok(isOut(), 'twice as long');
  clock.advance(1);
  t.notOk(isOut());
  clock.advance(20_000);
  call();
  failA();
  clock.advance(1000);
  t.notOk(isOut(), 'after a long good time it begins anew');
});

t.test('one success in between is enough to stay', async (t) => {
  const { balancer } = benchOf({ ejection: { failures: 3, share: 1 } }, three.slice(0, 1));
  for (let i = 0; i < 20; i++) balancer.pick()!.done(i % 3 === 2 ? 'success' : 'failure');
  t.equal(balancer.endpoints[0]?.state, 'active');
});

t.test('no more than the share is ejected, however many fail; the only one never is', async (t) => {
  const names = Array.from({ length: 20 }, (_, i) => instance(`i${i}`));
  const { balancer, call } = benchOf({ policy: 'round-robin', ejection: { failures: 2 } }, names);
  for (let i = 0; i < 200; i++) call({ fails: true });
  t.equal(balancer.endpoints.filter(({ state }) => state === 'ejected').length, 2, '10 % of 20');
  balancer.update(names.slice(0, 1).map((one) => ({ ...one, incarnation: 1 })));
  for (let i = 0; i < 20; i++) t.equal(call({ fails: true }), 'i0');
});

t.test('below the panic threshold ejections are not looked at', async (t) => {
  const ejection = { failures: 1, share: 1, baseMs: 1e6 };
  const { call } = benchOf({ policy: 'round-robin', ejection, panic: 0.5 }, three);
  t.equal(call({ fails: true }), 'a');
  t.notOk(Array.from({ length: 6 }, () => call()).includes('a'), 'two of three are left');
  call({ fails: true });
  const all = new Set(Array.from({ length: 9 }, () => call()));
  t.equal(all.size, 3, 'one of three would be left: all are used');
});

t.test('one that joins begins slowly; those that were there first do not', async (t) => {
  const options = { policy: 'smooth-weighted', slowStartMs: 10_000 } as const;
  const { balancer, clock, count } = benchOf(options, three.slice(0, 2));
  t.same(count(100), { a: 50, b: 50 });
  balancer.update(three);
  const shareOf = (): number => (count(210)['c'] ?? 0) / 210;
  const cold = shareOf();
  t.ok(cold > 0.02 && cold < 0.08, `a tenth of its weight: ${cold}`);
  clock.advance(5000);
  const warm = shareOf();
  t.ok(warm > 0.17 && warm < 0.23, `half: ${warm}`);
  clock.advance(5000);
  const hot = shareOf();
  t.ok(hot > 0.31 && hot < 0.36, `all: ${hot}`);
});

t.test('a clock set an hour back or forward leaves nobody out for longer', async (t) => {
  for (const stepMs of [-3_600_000, 3_600_000]) {
    let offsetMs = 0;
    const manual = new ManualClock(1e7);
    const clock = { now: () => manual.now() + offsetMs };
    const ejection = { failures: 1, baseMs: 1000, share: 1 };
    const options = { policy: 'peak-ewma', slowStartMs: 1000, panic: 0, clock, ejection } as const;
    const balancer = new Balancer({ ...options, random: new SeededRandom(SEED) });
    balancer.update(three);
    const slow = balancer.pick()!;
    balancer.pick()!.done('failure');
    offsetMs = stepMs;
    slow.done('success');
    t.ok(
      balancer.endpoints.every(({ latencyMs }) => latencyMs >= 0),
      'no answer came before its call',
    );
    manual.advance(1000);
    balancer.pick()!.done('success');
    t.ok(
      balancer.endpoints.every(({ state }) => state === 'active'),
      `${stepMs}: after the time of an ejection all take part`,
    );
    manual.advance(1000);
    balancer.pick()!.done('ignored');
    t.ok(
      balancer.endpoints.every(({ weight }) => weight === 1),
      'and have come to their weight',
    );
  }
});

t.test(
  'after an hour of idleness nobody is left out, and no latency counts any more',
  async (t) => {
    const ejection = { failures: 1, share: 1 };
    const { balancer, clock, call, count } = benchOf(
      { policy: 'peak-ewma', ejection, panic: 0 },
      three,
    );
    call({ takesMs: 500 });
    call({ fails: true });
    clock.advance(3_600_000);
    const shares = count(3000);
    t.ok(
      Object.values(shares).every((share) => share > 700),
      `seed ${SEED}: ${JSON.stringify(shares)}`,
    );
    t.equal(balancer.endpoints.filter(({ state }) => state === 'ejected').length, 0);
  },
);

t.test(
  'what was learned of an instance stays over updates, and ends with its incarnation',
  async (t) => {
    const { balancer, call } = benchOf({ ejection: { failures: 3, share: 1 } }, three);
    balancer.pick();
    while (balancer.endpoints[1]!.failuresInRow < 2) call({ fails: true });
    balancer.update(three.map((one) => ({ ...one, tags: ['new'] })));
    t.equal(balancer.endpoints[1]?.failuresInRow, 2);
    t.same(balancer.endpoints[1]?.instance.tags, ['new']);
    balancer.update(three.map((one) => ({ ...one, incarnation: 1 })));
    t.equal(balancer.endpoints[1]?.failuresInRow, 0);
  },
);

t.test(
  'a call through the balancer is counted by how it ends, also when it throws at once',
  async (t) => {
    const { balancer } = benchOf({}, [instance('a')]);
    t.equal(await balancer.call(({ instance: name }) => name), 'a');
    t.equal(await balancer.call(() => undefined), undefined, 'which is a success');
    t.equal(balancer.endpoints[0]?.failuresInRow, 0);
    const broken = (): never => {
      throw new Error('at once');
    };
    await t.rejects(balancer.call(broken), { message: 'at once' });
    await t.rejects(
      balancer.call(() => Promise.reject(new Error('later'))),
      { message: 'later' },
    );
    t.match(balancer.endpoints[0], { failuresInRow: 2, inFlightCount: 0 });
    const abort = Object.assign(new Error('given up'), { name: 'AbortError' });
    await t.rejects(
      balancer.call(() => Promise.reject(abort)),
      { name: 'AbortError' },
    );
    t.match(balancer.endpoints[0], { failuresInRow: 2, inFlightCount: 0 }, 'nobody has failed');
    const cause = new TroupeError('ERR_CALL_TIMEOUT', { what: 'its time is over' });
    const late = new TroupeError('ERR_ASK_ABORTED', { what: 'given up', cause });
    await t.rejects(
      balancer.call(() => Promise.reject(late)),
      late,
    );
    t.equal(balancer.endpoints[0]?.failuresInRow, 3, 'one that is too slow has');
    balancer.update([]);
    let calls = 0;
    await t.rejects(
      balancer.call(() => calls++),
      { code: 'ERR_REGISTRY_NO_INSTANCE' },
    );
    t.equal(calls, 0);
  },
);
