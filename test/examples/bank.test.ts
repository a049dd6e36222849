import fc from 'fast-check';
import t from 'tap';
import { given } from 'troupe/actors';
import { Account } from '../../examples/bank/account.js';
import { Bank } from '../../examples/bank/bank.js';
import { add, allocate, format, money } from '../../examples/bank/money.js';
import { outputOf } from '../support/program.js';
import { startSystem } from '../support/system.js';

const eur = (text: string) => money('EUR', text);

t.test('the bank loses no money, however often its teller is killed', async (t) => {
  const out = await outputOf(t, 'bank/main');
  t.match(out, /^200 withdrawals at once: 100 done, 100 insufficient$/m);
  t.match(out, /^left: 0\.00 EUR, closed: done$/m);
  t.equal([...out.matchAll(/^teller \d: ended by SIGKILL$/gm)].length, 3);
  t.match(out, /^sum: 10000\.00 EUR, nothing lost$/m);
  t.match(out, /^the list of balances agrees: true$/m);
  const [, done, present] = /reported done: (\d+), of which (\d+) are there/.exec(out) ?? [];
  t.ok(Number(done) >= 450, 'three tellers, 150 transfers each');
  t.equal(present, done, 'what was reported is on disk');
  t.match(out, /^every transfer has both its ends, once: true$/m);
});

const opened = { type: 'opened', owner: 'ada', currency: 'EUR' } as const;
const five = { type: 'deposited', amount: eur('5.00') } as const;

t.test('the rules of an account', async () => {
  const open = { type: 'open', owner: 'ada', currency: 'EUR' } as const;
  given(Account).when(open).thenEvents(opened);
  given(Account, opened).when(open).thenRejected({ code: 'exists' });
  const deposit = { type: 'deposit', amount: eur('5.00') } as const;
  given(Account).when(deposit).thenRejected({ code: 'not-open' });
  given(Account, opened).when(deposit).thenEvents(five);
  const yen = { type: 'deposit', amount: money('JPY', '5') } as const;
  given(Account, opened).when(yen).thenRejected({ code: 'wrong-currency', currency: 'EUR' });
  for (const text of ['0.00', '-1.00']) {
    const bad = { type: 'deposit', amount: eur(text) } as const;
    given(Account, opened).when(bad).thenRejected({ code: 'not-positive' });
  }
  const withdraw = { type: 'withdraw', amount: eur('5.01') } as const;
  const balance = eur('5.00');
  given(Account, opened, five).when(withdraw).thenRejected({ code: 'insufficient', balance });
  const send = { type: 'send', amount: eur('5.00'), to: 'bob' } as const;
  const sent = { type: 'sent', amount: eur('5.00'), to: 'bob' } as const;
  given(Account, opened, five).when(send).thenEvents(sent);
  given(Account, opened, five).when({ type: 'close' }).thenRejected({ code: 'not-empty' });
  given(Account, opened, five, sent).when({ type: 'close' }).thenEvents({ type: 'closed' });
  given(Account, opened, { type: 'closed' }).when(deposit).thenRejected({ code: 'not-open' });
  given(Account).when({ type: 'close' }).thenRejected({ code: 'not-open' });
});

t.test('money is exact, and keeps its currency', async (t) => {
  t.same(eur('12.3'), { currency: 'EUR', minor: 1230n });
  t.equal(format(eur('-0.05')), '-0.05 EUR');
  t.equal(format(money('JPY', '12')), '12 JPY');
  t.equal(format(money('KWD', '90071992547409.931')), '90071992547409.931 KWD');
  for (const text of ['', '1.234', '1e3', '.5', '1,00', 'NaN', '0x10', '١']) {
    t.throws(() => eur(text), RangeError, text);
  }
  t.throws(() => money('euro', '1'), RangeError);
  t.throws(() => add(eur('1'), money('JPY', '1')), RangeError);
});

t.test('what is divided is all there, by weight', async () => {
  fc.assert(
    fc.property(
      fc.bigInt(0n, 10n ** 20n),
      fc.array(fc.bigInt(0n, 1000n), { minLength: 1 }),
      (minor, weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        if (total === 0n) return true;
        const parts = allocate({ currency: 'EUR', minor }, weights);
        const sum = parts.reduce((all, part) => all + part.minor, 0n);
        const isFair = parts.every((part, index) => {
          const share = (minor * weights[index]!) / total;
          return part.minor === share || part.minor === share + 1n;
        });
        return sum === minor && isFair;
      },
    ),
  );
});

t.test('a transfer is done once, and only if both accounts allow it', async (t) => {
  const system = await startSystem(t);
  const bank = await Bank.open(system);
  t.equal(await bank.openAccount('a', 'ada', 'EUR'), 'done');
  t.equal(await bank.openAccount('b', 'bob', 'EUR'), 'done');
  t.equal(await bank.openAccount('y', 'yuki', 'JPY'), 'done');
  t.equal(await bank.deposit('a', eur('10.00'), 'salary'), 'done');
  t.equal(await bank.deposit('a', eur('10.00'), 'salary'), 'done', 'again, to no effect');
  t.equal(await bank.transfer('a', 'b', eur('4.00'), 't1'), 'done');
  t.equal(await bank.transfer('a', 'b', eur('4.00'), 't1'), 'done', 'again, to no effect');
  t.equal(await bank.transfer('a', 'b', eur('7.00'), 't2'), 'insufficient');
  t.equal(await bank.transfer('a', 'y', eur('1.00'), 't3'), 'wrong-currency');
  t.equal(await bank.transfer('a', 'nobody', eur('1.00'), 't4'), 'not-open');
  t.match((await bank.account('a')).balance, eur('6.00'));
  await bank.balances.caughtUp();
  t.same(await bank.balances.scan(), [
    { key: 'a', value: eur('6.00') },
    { key: 'b', value: eur('4.00') },
    { key: 'y', value: money('JPY', '0') },
  ]);
});
