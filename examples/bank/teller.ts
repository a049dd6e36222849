/**
 * Opens ten accounts and moves money between them until it is killed, says each transfer that is done. Begun
 * again on the same folder it goes on where it was: opening, depositing and moving again change nothing.
 *
 *     node dist/examples/bank/teller.js FOLDER SEED
 */
import { isMainThread } from 'node:worker_threads';
import { ActorSystem } from 'troupe';
import { Bank } from './bank.js';
import { money } from './money.js';

/** Accounts, and what each begins with. */
export const ACCOUNTS: readonly string[] = Array.from({ length: 10 }, (_, index) => `acc-${index}`);
export const OPENING = money('EUR', '1000.00');

/** Transfers under way at a time. */
const HANDS = 16;

if (isMainThread && process.argv[1] === import.meta.filename) {
  const [folder = '.', seed = '1'] = process.argv.slice(2);
  await using system = await ActorSystem.start({ threads: 2 });
  const bank = await Bank.open(system, folder);
  for (const id of ACCOUNTS) {
    await bank.openAccount(id, `owner of ${id}`, 'EUR');
    await bank.deposit(id, OPENING, `opening of ${id}`);
  }
  process.stdout.write('open\n');
  let number = 0;
  const hand = async (): Promise<void> => {
    for (;;) {
      const id = `${seed}-${number}`;
      // Anything will do that the seed determines: a chain of transfers over all accounts.
      const step = Number(seed) * 31 + number++ * 7;
      const [from, to] = [ACCOUNTS[step % 10]!, ACCOUNTS[(step + 1 + (step % 8)) % 10]!];
      const amount = { currency: 'EUR', minor: BigInt(1 + (step % 5000)) };
      const answer = await bank.transfer(from, to, amount, id);
      process.stdout.write(`${id} ${answer}\n`);
    }
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
}
