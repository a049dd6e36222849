/**
 * A shop whose payment service cannot be relied upon. Instances crash, a thread dies, the bank is away for a while; the
 * gateway goes on with what there is, and in the end every order is accounted for.
 *
 * `gateway.ts` shows how it is protected, `payments.ts` what it is protected from.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { ActorSystem } from 'troupe';
import { audit } from './audit.js';
import { Shop } from './shop.js';

const INSTANCES = 3;
/** Rounds of single orders until the breaker must have closed again. */
const MOST_ROUNDS = 200;
const ROUND_MS = 50;

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** @returns the exit code */
async function main(): Promise<number> {
  await using system = await ActorSystem.start({
    threads: 2,
    supervision: { intensity: 20, periodMs: 60_000 },
  });
  system.events.on('actor-failed', ({ kind, error }) =>
    log(`  ${kind} failed: ${error.message.split(';')[0]}`),
  );
  system.events.on('thread-died', ({ thread }) => log(`  thread ${thread} died`));
  system.events.on('thread-replaced', ({ thread }) => log(`  thread ${thread} was replaced`));

  log(`opening, with ${INSTANCES} instances of the payment service`);
  const shop = await Shop.open(system, INSTANCES, log);
  await shop.untilFound(INSTANCES);
  await shop.sell(120);

  log('an instance crashes');
  shop.tell({ type: 'crash' }, 'payments-1');
  await shop.sell(60);
  await shop.untilFound(INSTANCES);

  log('a thread dies, with the instance on it');
  shop.tell({ type: 'kill-thread' }, 'payments-2');
  await shop.sell(60);
  await shop.untilFound(INSTANCES);

  log('the bank is away');
  shop.tell({ type: 'outage', isOn: true });
  await shop.sell(40);

  log('the bank is back');
  shop.tell({ type: 'outage', isOn: false });
  for (let i = 0; i < MOST_ROUNDS && shop.gateway.breaker.phase !== 'closed'; i++) {
    await sleep(ROUND_MS);
    await shop.sell(1, 1);
  }
  await shop.sell(60);

  shop.close();
  return await report(shop);
}

async function report(shop: Shop): Promise<number> {
  const charges = await shop.ledger.ask({ type: 'all' });
  const repeated = await shop.ledger.ask({ type: 'repeated' });
  const { orders, paid, foundLater, notCharged, faults } = audit(shop.orders, charges);
  const { counts } = shop.gateway;
  const { rejected } = shop.gateway.breaker.metrics;
  log('closing');
  log(`  prices: ${orders} read, ${shop.pricesLoaded} loaded`);
  log(`  calls: ${counts.tries} made, ${rejected} refused by the breaker`);
  log(`  charges: ${charges.size} booked, ${repeated} repeated and not booked again`);
  log(`  orders: ${orders} = ${paid} paid + ${foundLater} found later + ${notCharged} not charged`);
  if (counts.paid !== paid) log(`  the gateway counted ${counts.paid} paid`);
  for (const fault of faults) log(`  ${fault}`);
  const isRight = faults.length === 0 && counts.paid === paid && counts.unpaid === orders - paid;
  log(isRight ? 'equal: every order is accounted for' : 'different');
  return isRight ? 0 : 1;
}

if (isMainThread) process.exitCode = await main();
