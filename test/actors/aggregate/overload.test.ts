import t from 'tap';
import { deciderOf } from '#actors/aggregate/define-aggregate.js';
import { aggregates } from '#actors/aggregate/index.js';
import { LiveAggregate } from '#actors/aggregate/live-aggregate.js';
import { hasCode } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';
import { Account } from './account.js';

const ANY = { expected: 'any' } as const;
/** More than the mailbox of a shard holds. */
const COUNT = 70_000;

t.test(
  'a flood of commands is refused in part; who was taken is answered, and nobody is stuck',
  async (t) => {
    const system = await startSystem(t, { threads: 0, askTimeoutMs: 60_000, deadLetterEvents: 0 });
    const accounts = await aggregates(system, Account, { queueCount: 100_000 });
    const ids = Array.from({ length: 50 }, (_, index) => `account-${index}`);
    for (const id of ids) await accounts.ref(id).execute({ type: 'open' }, ANY);
    const refs = ids.map((id) => accounts.ref(id));
    const command = { type: 'deposit', amount: 1n } as const;
    const results = await Promise.allSettled(
      Array.from({ length: COUNT }, (_, index) => refs[index % 50]!.execute(command, ANY)),
    );
    const done = results.filter(
      (result) => result.status === 'fulfilled' && result.value.ok,
    ).length;
    const full = results.filter(
      (result) => result.status === 'rejected' && hasCode(result.reason, 'ERR_MAILBOX_FULL'),
    ).length;
    t.equal(done + full, COUNT, 'each is one or the other');
    t.ok(done >= 50_000 && full > 0, `${done} done, ${full} refused`);
    let sum = 0n;
    for (const ref of refs) sum += (await ref.state()).state.balance;
    t.equal(sum, BigInt(done), 'and what was refused was not done');
  },
);

t.test('what an aggregate wants of a shard that has no room is told again, in order', async (t) => {
  const told: { effect: { type: string } }[] = [];
  const timers: string[] = [];
  let hasRoom = false;
  const shard = {
    tell(message: { effect: { type: string } }) {
      if (hasRoom) told.push(message);
      return hasRoom;
    },
  };
  const ctx = { startTimer: (key: string) => timers.push(key) };
  const limits = { queueCount: 10, batchCount: 10, durability: 'memory', window: null } as const;
  const args = { role: 'aggregate', id: 'a', shard, idPrefix: 'p', ...limits } as never;
  const aggregate = new LiveAggregate(deciderOf(Account as never), args, ctx as never);
  t.same(timers, ['resend']);
  aggregate.receive({ type: 'resend' }, ctx as never);
  t.same(told, []);
  hasRoom = true;
  aggregate.receive({ type: 'resend' }, ctx as never);
  t.same(
    told.map(({ effect }) => effect.type),
    ['load'],
  );
});
