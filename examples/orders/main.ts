/**
 * Orders come in on one thread, three cashiers on others take the money, and the thread of one of them crashes at random.
 * In the end each order has been paid once, by effect, whatever was lost on the way.
 *
 *     node dist/examples/orders/main.js [orders]
 */
import { setTimeout } from 'node:timers/promises';
import { ActorSystem } from 'troupe';
import { openBroker, openJournal, startBroker, startJournal } from 'troupe/actors';
import { Cashier } from './cashier.js';
import { Producer } from './producer.js';
import { PAID, type Shop } from './protocol.js';

const CRASH_COUNT = 2;
const LIMIT_MS = 60_000;

const orderCount = Number(process.argv[2] ?? 300);
const system = await ActorSystem.start({ threads: 4 });
let deathCount = 0;
system.events.on('thread-died', () => deathCount++);

// In memory, so that nothing has to be installed; { kind: 'lmdb', path } keeps it on disk.
const store = await startJournal(system, { kind: 'memory' });
const address = await startBroker(system, {
  journal: store,
  streams: {
    orders: { subjects: ['orders.>'], retention: 'workqueue', place: 'shop' },
    receipts: { subjects: ['receipts.>'], place: 'shop' },
  },
});
const shop: Shop = { broker: address, orderCount };
const crashesLeft = new SharedArrayBuffer(4);
new Int32Array(crashesLeft)[0] = CRASH_COUNT;
for (const [i, name] of ['anna', 'ben', 'chloe'].entries()) {
  const crashShare = name === 'chloe' ? 0.05 : 0;
  const args = { shop, name, crashShare, crashesLeft };
  system.spawn(Cashier, args, { name, placement: 2 + i, restart: 'permanent' });
}
system.spawn(Producer, shop, { name: 'producer', placement: 1 });

const broker = await openBroker(system, address);
const journal = openJournal(system, store);
const startMs = performance.now();
let paid = 0;
let isDone = false;
while (!isDone && performance.now() - startMs < LIMIT_MS) {
  await setTimeout(50);
  paid = (await journal.scan(PAID, { limit: orderCount + 1 })).length;
  if (paid < orderCount) continue;
  // The journal knows of a payment before the shard has heard that it is written, and shows the receipt. The last
  // crash may have ended the shard: then it is asked again.
  const left = await broker.streamInfo('orders').catch(() => undefined);
  isDone = left?.messages === 0;
}
const receipts = await broker.read('receipts', 1, 2 * orderCount);
const ids = new Set(receipts.map(({ payload }) => (payload as { id: string }).id));
const { redelivered, dead } = await broker.groupInfo('orders', 'cashiers');
const by = new Map<string, number>();
for (const { subject } of receipts) by.set(subject, (by.get(subject) ?? 0) + 1);

console.log(
  `${orderCount} orders, ${paid} paid, ${receipts.length} receipts of ${ids.size} orders`,
);
console.log(
  `${deathCount} threads crashed, ${redelivered} deliveries repeated, ${dead} dead letters`,
);
for (const [subject, count] of [...by].sort()) console.log(`  ${subject}: ${count}`);
const isRight = paid === orderCount && receipts.length === orderCount && ids.size === orderCount;
console.log(isRight ? 'each order was handled exactly once' : 'WRONG');
await system.stop();
process.exitCode = isRight ? 0 : 1;
