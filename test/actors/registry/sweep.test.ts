import t from 'tap';
import { Rig } from './fixtures/rig.js';

const HOUR_MS = 3_600_000;
const TTL_MS = 10_000;

/** A registry with so many leased instances of one service. */
function leased(count: number, seed = 1, ttlMs = TTL_MS): Rig {
  const rig = new Rig({ instanceCount: 1000 }, seed);
  for (let i = 0; i < count; i++) rig.register({ service: 's', instance: `i${i}`, ttlMs });
  return rig;
}

/** Lets time pass in steps of a second; those from `from` on send heartbeats. */
function passWithBeats(rig: Rig, ms: number, from: number, count: number): void {
  for (let i = 0; i < ms / 1000; i++) {
    for (let beating = from; beating < count; beating++) rig.beat('s', `i${beating}`);
    rig.pass(1000);
  }
}

t.test('a lease counts once: it ends when its time has passed, not twice that time', async (t) => {
  const rig = leased(1);
  rig.pass(TTL_MS);
  t.same(rig.found('s'), ['i0'], 'exactly its time is still in time');
  rig.pass(1000);
  t.same(rig.found('s'), []);
  t.match(rig.core.why('s', 'i0').at(-1), { what: 'lease-expired', why: /10000 ms/ });
});

t.test(
  'a heartbeat counts from the moment it was sent, not from the sweep that sees it',
  async (t) => {
    const rig = leased(1);
    rig.nowMs += 1;
    rig.beat('s', 'i0');
    rig.nowMs -= 1;
    rig.pass(TTL_MS + 1000);
    t.same(rig.found('s'), []);
  },
);

t.test(
  'leases live across the wrap of their 32-bit moments, and for the longest time there is',
  async (t) => {
    const rig = leased(20);
    passWithBeats(rig, 60_000, 0, 20);
    t.equal(rig.found('s').length, 20);
    const long = leased(1, 1, 2 ** 31 - 1);
    long.pass(100_000);
    t.equal(long.found('s').length, 1);
  },
);

t.test(
  '40 % of the instances miss their heartbeats: at most 15 % go in a sweep, self-preservation begins and ends by itself',
  async (t) => {
    const count = 100;
    for (const seed of [1, 2, 3]) {
      const rig = leased(count, seed);
      passWithBeats(rig, TTL_MS, 40, count);
      const modes = new Set<string>();
      let left = count;
      let preservedMs = 0;
      for (let second = 0; second < 120; second++) {
        passWithBeats(rig, 1000, 40, count);
        const { preservation, instances, evicted } = rig.core.status();
        modes.add(preservation);
        t.ok(left - instances <= Math.floor(0.15 * left), `${left} to ${instances}, seed ${seed}`);
        t.equal(left - instances, evicted);
        if (preservation === 'preserving') {
          preservedMs += 1000;
          t.equal(instances, count, 'nobody goes');
        }
        left = instances;
      }
      t.same([...modes], ['preserving', 'clearing', 'normal']);
      t.ok(preservedMs >= 59_000 && preservedMs <= 60_000, `${preservedMs} ms`);
      t.equal(left, 60, 'those that were gone are gone, although they never came back');
      t.notOk(
        rig.found('s').some((name) => Number(name.slice(1)) < 40),
        'and nobody else',
      );
    }
  },
);

t.test(
  'self-preservation ends as soon as the heartbeats are back, and nobody is lost',
  async (t) => {
    const rig = leased(100);
    passWithBeats(rig, TTL_MS + 2000, 40, 100);
    t.equal(rig.core.status().preservation, 'preserving');
    passWithBeats(rig, 1000, 0, 100);
    t.equal(rig.core.status().preservation, 'normal');
    t.equal(rig.found('s').length, 100);
  },
);

t.test('who goes first is a matter of chance, and of the seed', async (t) => {
  const firstOf = (seed: number): string => {
    const rig = leased(100, seed);
    passWithBeats(rig, TTL_MS + 1000, 14, 100);
    // The 14 overdue are all allowed in one sweep; the order is that of their farewells.
    rig.told('');
    const gone = rig.effects.flatMap((effect) =>
      effect.type === 'publish' && effect.event.what === 'deregistered'
        ? [effect.event.instance]
        : [],
    );
    t.equal(gone.length, 14);
    return gone.join(' ');
  };
  t.equal(firstOf(1), firstOf(1));
  t.not(firstOf(1), firstOf(2));
  t.not(firstOf(1), Array.from({ length: 14 }, (_, i) => `i${i}`).join(' '));
});

t.test('an hour in which the registry stood still costs nobody the lease', async (t) => {
  const rig = leased(20);
  rig.pass(5000);
  rig.nowMs += HOUR_MS;
  rig.sweep();
  t.equal(rig.found('s').length, 20, 'the late sweep judges nobody');
  rig.pass(5000);
  t.equal(rig.found('s').length, 20, 'and everybody has the rest of their time');
  rig.pass(2000);
  t.equal(rig.core.status().preservation, 'preserving');
  t.ok(rig.core.status().forgivenMs >= HOUR_MS - 2000);
});

t.test('after a stall those who were due just then have one sweep more to be heard', async (t) => {
  const rig = leased(1, 1, 10_500);
  rig.pass(10_000);
  rig.nowMs += HOUR_MS;
  rig.sweep();
  t.same(rig.found('s'), ['i0']);
  rig.beat('s', 'i0');
  rig.pass(5000);
  t.same(rig.found('s'), ['i0']);
});

t.test('sweeps that are always late still end what has run out', async (t) => {
  const rig = leased(1);
  for (let sweep = 0; sweep < 20; sweep++) {
    rig.nowMs += 2000;
    rig.sweep();
  }
  t.same(rig.found('s'), []);
});

t.test('a heartbeat during the stall counts as sent at its begin at least', async (t) => {
  const rig = leased(1);
  rig.pass(5000);
  rig.nowMs += HOUR_MS / 2;
  rig.beat('s', 'i0');
  rig.nowMs += HOUR_MS / 2;
  rig.sweep();
  rig.pass(9000);
  t.equal(rig.found('s').length, 1);
  rig.pass(4000);
  t.equal(rig.found('s').length, 0);
});

t.test(
  'an hour of idleness with nobody registered changes nothing for those who come then',
  async (t) => {
    const rig = new Rig();
    rig.pass(HOUR_MS / 60);
    rig.nowMs += HOUR_MS;
    rig.register({ service: 's', instance: 'i', ttlMs: TTL_MS });
    rig.sweep();
    rig.pass(TTL_MS - 1000);
    t.same(rig.found('s'), ['i']);
    rig.pass(3000);
    t.same(rig.found('s'), []);
  },
);

t.test('one that comes and goes is held down, and let go when it has been quiet', async (t) => {
  const rig = new Rig({ holdAt: 4, flapHalfLifeMs: 30_000 });
  const name = { service: 's', instance: 'i', incarnation: 0 };
  rig.register({ ...name, checks: { c: { kind: 'reported' } } });
  const report = (result: 'passing' | 'critical') =>
    rig.core.report(name, 'c', result, '', rig.nowMs);
  for (let flap = 0; flap < 4; flap++) {
    report('passing');
    t.same(rig.found('s'), ['i'], `up after ${flap} flaps`);
    report('critical');
  }
  report('passing');
  t.same(rig.found('s'), [], 'held');
  t.match(rig.core.why('s', 'i').at(-1)?.why, /held/);
  rig.pass(40_000);
  t.same(rig.found('s'), []);
  rig.pass(10_000);
  t.same(rig.found('s'), ['i'], 'its check was passing all the time');
});

t.test(
  'going away by itself and coming back is flapping too, an orderly farewell is not',
  async (t) => {
    const rig = new Rig({ holdAt: 3 });
    for (let incarnation = 0; incarnation < 10; incarnation++) {
      rig.register({ service: 's', instance: 'orderly', incarnation });
      rig.core.deregister({ service: 's', instance: 'orderly', incarnation }, rig.nowMs);
    }
    rig.register({ service: 's', instance: 'orderly', incarnation: 10 });
    for (let incarnation = 0; incarnation < 4; incarnation++) {
      rig.register({ service: 's', instance: 'crashing', incarnation });
    }
    t.same(rig.found('s'), ['orderly']);
  },
);
