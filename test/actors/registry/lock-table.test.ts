import t from 'tap';
import { LeaseClock } from '#actors/registry/lease-clock.js';
import { type LockOwner, LockTable } from '#actors/registry/lock-table.js';
import { Rig, refOf } from './fixtures/rig.js';

const owner = (name: string, ttlMs?: number): LockOwner => ({ name, ref: undefined, ttlMs });

function tableAt(nowMs: number, epoch = 0): { locks: LockTable; clock: LeaseClock } {
  // Ticks are of no interest here.
  const clock = new LeaseClock(nowMs, 1e9);
  return {
    locks: new LockTable(clock, { lockDelayMs: 5000, waiterCount: 2 }, epoch, nowMs),
    clock,
  };
}

t.test('one holds a lock at a time, and each later holder has a greater token', async (t) => {
  const { locks } = tableAt(0);
  const a = locks.acquire('k', owner('a', 1000), 0)!;
  t.same(locks.acquire('k', owner('b', 1000), 1), locks.holder('k'), 'b is shown who has it');
  t.notOk(locks.release('k', a.token + 1));
  t.ok(locks.release('k', a.token));
  const b = locks.acquire('k', owner('b', 1000), 2)!;
  t.ok(b.token > a.token);
  t.notOk(locks.release('k', a.token), 'the old token opens nothing');
  t.notOk(locks.renew('k', a.token, owner('a', 1000), 3));
  const other = locks.acquire('other', owner('a', 1000), 3)!;
  t.ok(other.token > b.token, 'also among locks');
});

t.test(
  'after a holder is lost its lock stays closed for the lock delay; not after a release',
  async (t) => {
    const { locks } = tableAt(0);
    const a = locks.acquire('k', owner('a', 1000), 0)!;
    locks.expire(1000);
    t.ok(locks.holder('k'), 'just in time');
    locks.expire(1001);
    t.equal(locks.acquire('k', owner('b', 1000), 1002), undefined);
    t.equal(locks.acquire('k', owner('b', 1000), 6000), undefined);
    const b = locks.acquire('k', owner('b', 1000), 6001)!;
    t.ok(b.token > a.token);
    locks.release('k', b.token);
    t.ok(locks.acquire('k', owner('c', 1000), 6002));
  },
);

t.test('those who wait get it in their order, and no more than allowed wait', async (t) => {
  const { locks } = tableAt(0);
  const a = locks.acquire('k', owner('a', 1000), 0)!;
  t.ok(locks.wait('k', 1, owner('b', 1000)));
  t.ok(locks.wait('k', 2, owner('c', 1000)));
  t.notOk(locks.wait('k', 3, owner('d', 1000)));
  t.same(locks.grantWaiting(1), []);
  locks.release('k', a.token);
  t.equal(locks.acquire('k', owner('e', 1000), 2), undefined, 'nobody comes before those who wait');
  const [grant] = locks.grantWaiting(2);
  t.match(grant, { key: 'k', ticket: 1 });
  t.ok(locks.cancel('k', 2));
  t.notOk(locks.cancel('k', 2));
  locks.release('k', grant!.token);
  t.same(locks.grantWaiting(3), []);
  t.equal(locks.size, 0, 'nothing is kept of locks that nobody has or wants');
});

t.test('an actor that is lost loses what it holds and what it waits for', async (t) => {
  const { locks } = tableAt(0);
  const [dead, live] = [refOf(1), refOf(2)];
  locks.acquire('k', { name: 'dead', ref: dead, ttlMs: undefined }, 0);
  locks.acquire('l', { name: 'live', ref: live, ttlMs: undefined }, 0);
  locks.wait('l', 1, { name: 'dead', ref: dead, ttlMs: undefined });
  locks.wait('k', 2, { name: 'live', ref: live, ttlMs: undefined });
  t.same(
    locks.lose(({ ref }) => ref?.id === dead.id, 1),
    [1],
  );
  t.same(locks.grantWaiting(2), [], 'the lock delay');
  t.match(locks.grantWaiting(5001), [{ key: 'k', ticket: 2 }]);
  t.equal(locks.holder('l')?.name, 'live');
});

t.test(
  'after a restart nobody gets a lock for the delay, but its holder takes it up again',
  async (t) => {
    const before = tableAt(0).locks.acquire('k', owner('a', 1000), 0)!;
    const { locks } = tableAt(100, 1);
    t.equal(locks.acquire('k', owner('b', 1000), 200), undefined);
    t.ok(locks.renew('k', before.token, owner('a', 10_000), 300));
    t.same(locks.holder('k'), { name: 'a', token: before.token });
    t.equal(locks.acquire('free', owner('b', 1000), 300), undefined);
    const b = locks.acquire('free', owner('b', 1000), 5100)!;
    t.ok(b.token > before.token, 'tokens of a later epoch are greater than all before');
    t.notOk(locks.renew('late', before.token, owner('a', 1000), 5101), 'too late');
  },
);

t.test('a lock is not lost by an hour in which the registry stood still', async (t) => {
  const rig = new Rig();
  const { holder } = rig.core.lock('k', owner('a', 10_000), rig.nowMs);
  rig.nowMs += 3_600_000;
  rig.sweep();
  t.ok(rig.core.renewLock('k', holder!.token, owner('a', 10_000), rig.nowMs));
  rig.pass(11_000);
  t.equal(rig.core.lockHolder('k'), undefined, 'but by its own time');
});
