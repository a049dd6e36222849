import { type BrokerAddress, defineConsumer } from 'troupe/actors';
import type { PlacedOrder } from './order-relay.js';

/** The stream with a record for each order that was packed. */
export const PACKED = 'packed';
/** The table that says so, by order: its keys are written once. */
const PACKED_ORDERS = 'packed-orders';

/** One packer of several. */
export interface PackerArgs {
  readonly name: string;
  readonly broker: BrokerAddress;
}

/**
 * Packs what was ordered. That an order is packed and that its message is done are one transaction, so a crash
 * packs nothing twice and forgets nothing; an order that comes a second time is seen in the table.
 */
export const Packer = defineConsumer<PlacedOrder>()({
  module: import.meta.url,
  name: 'Packer',
  source: ({ broker }: PackerArgs) => ({
    broker,
    stream: 'orders',
    group: 'packers',
    create: { retry: { minMs: 10, maxMs: 200 }, maxFailures: 1000 },
    limit: 32,
  }),
  init: ({ name }: PackerArgs) => ({ name }),
  async handle({ name }, delivery) {
    const { order, product } = delivery.payload;
    const record = { order, product, by: name };
    const answer = await delivery.complete({
      appends: [{ stream: PACKED, expected: 'any', values: [record] }],
      puts: [{ table: PACKED_ORDERS, key: order, value: name, expected: 'absent' }],
    });
    if (answer.ok || answer.why === 'stale') return;
    if (answer.why === 'conflict') await delivery.ack();
    else throw new Error(`${order}: ${answer.why}`);
  },
});
