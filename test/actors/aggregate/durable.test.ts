import t from 'tap';
import { aggregates, loadAggregate, project } from '#actors/aggregate/index.js';
import { openJournal, startJournal } from '#actors/journal/index.js';
import { ActorSystem } from '#runtime/index.js';
import { Account } from './account.js';
import { Balances } from './ledger-projections.js';

const ANY = { expected: 'any' } as const;

t.test(
  'on a folder everything is there again after a restart: events, snapshots, ids, read models',
  async (t) => {
    const path = t.testdir({});
    let version = 0;
    for (let run = 0; run < 3; run++) {
      const system = await ActorSystem.start({ threads: 2 });
      const journal = await startJournal(system, { kind: 'lmdb', path });
      const accounts = await aggregates(system, Account, { journal });
      const balances = await project(system, Balances, { journal });
      const account = accounts.ref('ada');
      if (run === 0) await account.execute({ type: 'open' }, ANY);
      t.match(await account.state(), { version: run === 0 ? 1 : version });
      const id = { ...ANY, commandId: 'salary' };
      const salary = await account.execute({ type: 'deposit', amount: 2n ** 70n }, id);
      t.match(salary, { ok: true, version: 2, isRepeat: run > 0, durability: 'flushed' });
      for (let i = 0; i < 12; i++) {
        const result = await account.execute({ type: 'deposit', amount: 1n }, ANY);
        t.match(result, { ok: true, durability: 'flushed' });
        if (result.ok) version = result.version;
      }
      const balance = 2n ** 70n + BigInt(12 * (run + 1));
      t.same(await account.state(), { version, state: { isOpen: true, balance } });
      t.same(await loadAggregate(accounts.journal, Account, 'ada'), await account.state());
      await balances.caughtUp();
      t.equal(await balances.get('ada'), balance);
      const report = await system.stop();
      t.ok(report.clean, JSON.stringify(report));
    }
  },
);

t.test('an account is one account, from whichever thread the transaction comes', async (t) => {
  const system = await ActorSystem.start({ threads: 2 });
  t.teardown(() => system.stop());
  const journal = await startJournal(system, { kind: 'lmdb', path: t.testdir({}) });
  const accounts = await aggregates(system, Account, { journal, aliveCount: 2 });
  const ids = ['a', 'b', 'c', 'd', 'e'];
  for (const id of ids) {
    await accounts.ref(id).execute({ type: 'open' }, ANY);
    await accounts.ref(id).execute({ type: 'deposit', amount: 100n }, ANY);
  }
  const work = Array.from({ length: 30 }, async (_, index) => {
    const [from, to] = [ids[index % 5]!, ids[(index * 2 + 1) % 5]!];
    const amount = BigInt(1 + (index % 40));
    if (from === to) return;
    if (index % 3 === 0) {
      const again = { ...ANY, retries: 1000 };
      const { ok } = await accounts.ref(from).execute({ type: 'withdraw', amount: 1n }, again);
      if (ok) await accounts.ref(to).execute({ type: 'deposit', amount: 1n }, again);
      return;
    }
    const steps = [
      accounts.ref(from).step({ type: 'withdraw', amount }, ANY),
      accounts.ref(to).step({ type: 'deposit', amount }, ANY),
    ];
    await accounts.transact(steps, { retries: 1000 });
  });
  await Promise.all(work);
  const reader = openJournal(system, journal);
  let [sum, listed] = [0n, 0n];
  for (const id of ids) {
    sum += (await loadAggregate(reader, Account, id)).state.balance;
    listed += (await reader.get('balances', id)) as bigint;
  }
  t.equal(sum, 500n);
  t.equal(listed, 500n, 'and the inline read model says the same');
});
