import t from 'tap';
import { type Aggregates, aggregates } from '#actors/aggregate/index.js';
import { assertTroupeError, rejection, thrown } from '../../support/errors.js';
import { nextEvent } from '../../support/events.js';
import { startSystem } from '../../support/system.js';
import { Account } from './account.js';
import { Clerk } from './clerk.js';

const ANY = { expected: 'any' } as const;
const OPEN = { type: 'open' } as const;
const deposit = (amount: bigint) => ({ type: 'deposit', amount }) as const;
const withdraw = (amount: bigint) => ({ type: 'withdraw', amount }) as const;

type Accounts = Aggregates<never, unknown, { balance: bigint }, unknown>;

const balanceOf = async (accounts: Accounts, id: string): Promise<bigint> =>
  (await accounts.ref(id).state()).state.balance;

for (const [where, options] of [
  ['on the main thread', { threads: 0 }],
  ['over two threads', { threads: 2 }],
  ['copied and frozen', { threads: 1, strict: true }],
] as const) {
  t.test(`a command wakes its aggregate, and its events make its state: ${where}`, async (t) => {
    const system = await startSystem(t, options);
    const accounts = await aggregates(system, Account);
    const account = accounts.ref('ada');
    t.match(await account.execute(OPEN, { expected: 'noStream' }), { ok: true, version: 1 });
    t.match(await account.execute(deposit(5n), ANY), { ok: true, version: 2, eventCount: 1 });
    t.same(await account.execute(withdraw(7n), ANY), {
      ok: false,
      reason: 'rejected',
      version: 2,
      error: { code: 'insufficient', balance: 5n },
      isRepeat: false,
    });
    t.same(await account.state(), { version: 2, state: { isOpen: true, balance: 5n } });
    t.match(await account.execute(withdraw(1n), { expected: 1 }), {
      reason: 'conflict',
      expected: 1,
      actual: 2,
      since: [{ version: 2, aggregateId: 'ada', event: deposited(5n) }],
    });
    t.equal(await accounts.journal.get('balances', 'ada'), 5n, 'inline, with the event');
  });
}

const deposited = (amount: bigint) => ({ type: 'deposited', amount });

t.test('events carry ids, times, and what caused them', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const accounts = await aggregates(system, Account);
  const options = { ...ANY, commandId: 'c', correlationId: 'k' };
  await accounts.ref('ada').execute(OPEN, options);
  await accounts.ref('bob').execute(OPEN, ANY);
  const records = await accounts.journal.readAll('');
  const [first, second] = records.map(({ value }) => value as Record<string, unknown>);
  t.match(first, { schemaVersion: 1, correlationId: 'k', causationId: 'c', event: OPEN_EVENT });
  t.match(second, { correlationId: '', causationId: '' });
  t.ok(Math.abs((first!['recordedAt'] as number) - Date.now()) < 3_600_000);
  t.not(first!['id'], second!['id']);
});

const OPEN_EVENT = { type: 'opened' };

t.test('of 200 withdrawals at once as many are done as there is money for', async (t) => {
  const system = await startSystem(t);
  const accounts = await aggregates(system, Account);
  const account = accounts.ref('shared');
  await account.execute(OPEN, ANY);
  await account.execute(deposit(100n), ANY);
  const results = await Promise.all(
    Array.from({ length: 200 }, () => account.execute(withdraw(1n), ANY)),
  );
  t.equal(results.filter(({ ok }) => ok).length, 100);
  t.equal(await balanceOf(accounts, 'shared'), 0n);
});

t.test('aggregates beyond the bound wait for room, and every command is answered', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const accounts = await aggregates(system, Account, { aliveCount: 3 });
  const ids = Array.from({ length: 40 }, (_, index) => `account-${index}`);
  const work = ids.map(async (id) => {
    const account = accounts.ref(id);
    await account.execute(OPEN, ANY);
    for (let i = 0; i < 5; i++) await account.execute(deposit(1n), ANY);
  });
  const most = { alive: 0 };
  const done = Promise.all(work).then(() => true);
  while (!(await Promise.race([done, accounts.census().then(() => false)]))) {
    const [census] = await accounts.census();
    most.alive = Math.max(most.alive, census!.aliveCount);
  }
  t.ok(most.alive <= 3, `${most.alive} at most`);
  const [census] = await accounts.census();
  t.ok(census!.wokenCount > 40, 'some were woken again');
  for (const id of ids) t.equal(await balanceOf(accounts, id), 5n);
});

t.test('an aggregate that nobody uses gives its memory back, and is there again', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const accounts = await aggregates(system, Account, { idleMs: 1 });
  await accounts.ref('ada').execute(OPEN, ANY);
  for (let alive = 1; alive > 0; ) alive = (await accounts.census())[0]!.aliveCount;
  t.match(await accounts.ref('ada').execute(OPEN, ANY), { reason: 'rejected', version: 1 });
});

t.test('commands beyond the bound of an aggregate are answered as such', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const accounts = await aggregates(system, Account, { queueCount: 4, batchCount: 1 });
  const account = accounts.ref('ada');
  const results = await Promise.all(Array.from({ length: 100 }, () => account.execute(OPEN, ANY)));
  t.ok(results.some((result) => !result.ok && result.reason === 'full'));
  t.equal(results.filter(({ ok }) => ok).length, 1);
  t.match(await account.state(), { version: 1 });
});

t.test('code that throws is an error of the one command, with its cause', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const accounts = await aggregates(system, Account);
  const account = accounts.ref('ada');
  const error = await rejection(account.execute({ type: 'explode' }, ANY));
  assertTroupeError(t, error, 'ERR_AGGREGATE_DECISION', /boom/, /Account\/ada at version 0/);
  t.match(await account.execute(OPEN, ANY), { ok: true });
});

t.test('a command id is one execution, also over passivation', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const accounts = await aggregates(system, Account, { idleMs: 1 });
  const account = accounts.ref('ada');
  await account.execute(OPEN, ANY);
  const options = { ...ANY, commandId: 'payday' };
  const first = await account.execute(deposit(5n), options);
  for (let alive = 1; alive > 0; ) alive = (await accounts.census())[0]!.aliveCount;
  t.same(await account.execute(deposit(5n), options), { ...first, isRepeat: true });
  const error = await rejection(account.execute(deposit(6n), options));
  assertTroupeError(t, error, 'ERR_AGGREGATE_COMMAND_REUSED', /'payday'/);
  t.equal(await balanceOf(accounts, 'ada'), 5n);
});

t.test(
  'a transaction over two aggregates is all or nothing, whatever else is going on',
  async (t) => {
    const system = await startSystem(t);
    const accounts = await aggregates(system, Account);
    const ids = ['a', 'b', 'c'];
    for (const id of ids) {
      await accounts.ref(id).execute(OPEN, ANY);
      await accounts.ref(id).execute(deposit(50n), ANY);
    }
    const transfers = Array.from({ length: 30 }, (_, index) => {
      const [from, to] = [ids[index % 3]!, ids[(index + 1 + (index % 2)) % 3]!];
      const steps = [
        accounts.ref(from).step(withdraw(BigInt(index)), ANY),
        accounts.ref(to).step(deposit(BigInt(index)), ANY),
      ];
      return accounts.transact(steps, { retries: 1000 });
    });
    const own = ids.map((id) => accounts.ref(id).execute(deposit(1n), ANY));
    const results = await Promise.all([...transfers, ...own]);
    t.ok(results.some(({ ok }) => ok));
    const balances = await Promise.all(ids.map((id) => balanceOf(accounts, id)));
    t.equal(
      balances.reduce((sum, balance) => sum + balance, 0n),
      153n,
      String(balances),
    );
    t.ok(balances.every((balance) => balance >= 0n));
  },
);

t.test('a transaction says which step stood in its way, and changes nothing', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const accounts = await aggregates(system, Account);
  const [a, b] = [accounts.ref('a'), accounts.ref('b')];
  await a.execute(OPEN, ANY);
  await a.execute(deposit(5n), ANY);
  t.match(await accounts.transact([a.step(withdraw(1n), ANY), b.step(deposit(1n), ANY)]), {
    ok: false,
    reason: 'rejected',
    step: 1,
    error: { code: 'closed' },
  });
  await b.execute(OPEN, ANY);
  t.match(
    await accounts.transact([a.step(withdraw(1n), { expected: 1 }), b.step(deposit(1n), ANY)]),
    {
      reason: 'conflict',
      step: 0,
      actual: 2,
      since: [{ event: deposited(5n) }],
    },
  );
  t.equal(await balanceOf(accounts, 'a'), 5n);
  const twice = accounts.transact([a.step(OPEN, ANY), a.step(OPEN, ANY)]);
  assertTroupeError(t, await rejection(twice), 'ERR_OPTION', /same aggregate/);
});

t.test('a transaction with an id is executed once', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const accounts = await aggregates(system, Account);
  const [a, b] = [accounts.ref('a'), accounts.ref('b')];
  for (const each of [a, b]) await each.execute(OPEN, ANY);
  await a.execute(deposit(5n), ANY);
  const steps = () => [a.step(withdraw(2n), ANY), b.step(deposit(2n), ANY)];
  const options = { commandId: 'rent' };
  const results = await Promise.all([1, 2, 3].map(() => accounts.transact(steps(), options)));
  t.same(results.map((result) => result.ok && result.isRepeat).sort(), [false, true, true]);
  t.equal(await balanceOf(accounts, 'b'), 2n);
  const other = accounts.transact([a.step(withdraw(1n), ANY), b.step(deposit(1n), ANY)], options);
  assertTroupeError(t, await rejection(other), 'ERR_AGGREGATE_COMMAND_REUSED', /'rent'/);
});

t.test('the death of a thread costs its aggregates nothing that was written', async (t) => {
  const system = await startSystem(t);
  const accounts = await aggregates(system, Account, { threads: [2] });
  const account = accounts.ref('ada');
  await account.execute(OPEN, ANY);
  await account.execute(deposit(5n), ANY);
  const replaced = nextEvent(system, 'thread-replaced');
  system.killThread(2);
  await replaced;
  t.equal(await balanceOf(accounts, 'ada'), 5n);
  t.match(await account.execute(withdraw(5n), ANY), { ok: true, version: 3 });
});

t.test('a stop in the middle of commands is clean, and every command has an end', async (t) => {
  const system = await startSystem(t);
  const accounts = await aggregates(system, Account, { aliveCount: 5 });
  const results = Array.from({ length: 300 }, (_, index) =>
    accounts.ref(`account-${index % 20}`).execute(OPEN, ANY),
  );
  await Promise.any(results);
  const report = await system.stop();
  t.ok(report.clean, JSON.stringify(report));
  const settled = await Promise.allSettled(results);
  const opened = settled.filter((result) => result.status === 'fulfilled' && result.value.ok);
  t.ok(opened.length >= 1 && opened.length <= 20);
});

t.test('an actor uses aggregates by their address', async (t) => {
  const system = await startSystem(t);
  const accounts = await aggregates(system, Account);
  await accounts.ref('ada').execute(OPEN, ANY);
  const clerk = system.spawn(Clerk, accounts.address, { placement: 2 });
  t.equal(await clerk.ask({ type: 'pay', id: 'ada' }), 2);
  t.equal(await clerk.ask({ type: 'pay', id: 'nobody' }), -1);
});

t.test('what is no option is refused with its name', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  for (const [options, message] of [
    [{ aliveCount: 0 }, /aliveCount is 0/],
    [{ idleMs: 1.5 }, /idleMs is 1.5/],
    [{ threads: [] }, /threads is empty/],
  ] as const) {
    const error = await rejection(aggregates(system, Account, options));
    assertTroupeError(t, error, 'ERR_OPTION', message);
  }
  const accounts = await aggregates(system, Account);
  assertTroupeError(
    t,
    thrown(() => accounts.ref('')),
    'ERR_OPTION',
    /a string of 0/,
  );
  for (const [options, message] of [
    [{}, /expected is undefined/],
    [{ expected: -1 }, /expected is -1/],
    [{ expected: 'any', retries: -1 }, /retries is -1/],
    [{ expected: 'any', commandId: '' }, /commandId is a string of 0/],
  ] as const) {
    const error = await rejection(accounts.ref('a').execute(OPEN, options as never));
    assertTroupeError(t, error, 'ERR_OPTION', message);
  }
});
