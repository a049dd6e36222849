/**
 * A bank whose accounts are event sourced. First 200 people withdraw from one account at once. Then a teller in
 * a process of its own moves money between ten accounts, is killed by SIGKILL in the middle of it, three times,
 * and begun again; afterwards all money is there.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { ActorSystem } from 'troupe';
import { Bank } from './bank.js';
import { add, format, type Money, money } from './money.js';
import { ACCOUNTS, OPENING } from './teller.js';

/** Transfers after which a teller is killed. */
const TRANSFERS = 150;
const KILLS = 3;

/** Everybody wants 1.00 of an account that has 100.00. */
async function withdrawAll(): Promise<void> {
  await using system = await ActorSystem.start({ threads: 2 });
  const bank = await Bank.open(system);
  await bank.openAccount('shared', 'all of us', 'EUR');
  await bank.deposit('shared', money('EUR', '100.00'));
  const wishes = Array.from({ length: 200 }, () => bank.withdraw('shared', money('EUR', '1.00')));
  const answers = await Promise.all(wishes);
  const count = (answer: string): number => answers.filter((each) => each === answer).length;
  const { balance } = await bank.account('shared');
  console.log(
    `200 withdrawals at once: ${count('done')} done, ${count('insufficient')} insufficient`,
  );
  console.log(`left: ${format(balance!)}, closed: ${await bank.close('shared')}`);
}

/** Lets a teller work and kills it. @returns the transfers that it said were done */
async function killedTeller(folder: string, seed: number): Promise<readonly string[]> {
  const file = fileURLToPath(new URL('teller.js', import.meta.url));
  const teller = spawn(process.execPath, [file, folder, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    teller.on('close', (_, signal) => resolve(signal));
  });
  const done: string[] = [];
  for await (const line of createInterface({ input: teller.stdout })) {
    const [id = '', answer] = line.split(' ');
    if (answer === 'done') done.push(id);
    if (done.length === TRANSFERS) teller.kill('SIGKILL');
  }
  console.log(`teller ${seed}: ended by ${await ended}`);
  return done;
}

/** All money, and whether the list of balances says the same as the accounts. */
async function audit(folder: string, done: readonly string[]): Promise<void> {
  await using system = await ActorSystem.start({ threads: 2 });
  const bank = await Bank.open(system, folder);
  let sum: Money = money('EUR', '0.00');
  let isListed = true;
  await bank.balances.caughtUp({ timeoutMs: 60_000 });
  for (const id of ACCOUNTS) {
    const { balance } = await bank.account(id);
    sum = add(sum, balance!);
    isListed &&= (await bank.balances.get(id))?.minor === balance!.minor;
  }
  const expected = OPENING.minor * BigInt(ACCOUNTS.length);
  console.log(`sum: ${format(sum)}, ${sum.minor === expected ? 'nothing lost' : 'WRONG'}`);
  console.log(`the list of balances agrees: ${isListed}`);
  const ends = await bank.transferEnds();
  const present = done.filter((id) => ends.has(id)).length;
  const isWhole = [...ends.values()].every(({ sent, received }) => sent === 1 && received === 1);
  console.log(`transfers reported done: ${done.length}, of which ${present} are there`);
  console.log(`every transfer has both its ends, once: ${isWhole}`);
}

if (isMainThread) {
  await withdrawAll();
  const folder = await mkdtemp(join(tmpdir(), 'troupe-bank-'));
  try {
    const done: string[] = [];
    for (let seed = 1; seed <= KILLS; seed++) done.push(...(await killedTeller(folder, seed)));
    await audit(folder, done);
  } finally {
    await rm(folder, { recursive: true });
  }
}
