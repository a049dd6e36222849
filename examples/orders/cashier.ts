import { defineConsumer } from 'troupe/actors';
import { type Order, PAID, type Shop } from './protocol.js';

/** One cashier of three: this one's thread crashes now and then. */
export interface CashierArgs {
  readonly shop: Shop;
  readonly name: string;
  /** Share of its orders in whose midst its thread ends. */
  readonly crashShare: number;
  /** Crashes that are left, in shared memory: the next incarnation goes on counting. */
  readonly crashesLeft: SharedArrayBuffer;
}

/**
 * Takes the money for orders. That an order is paid, its receipt, and that its message is done, are written as one: so
 * a crash before it leaves nothing behind, and the order goes to another cashier; after it, there is nothing to do.
 */
export const Cashier = defineConsumer<Order>()({
  module: import.meta.url,
  name: 'Cashier',
  source: ({ shop }: CashierArgs) => ({
    broker: shop.broker,
    stream: 'orders',
    group: 'cashiers',
    create: { retry: { minMs: 10, maxMs: 100 } },
    limit: 8,
  }),
  init: (args: CashierArgs) => ({ args, crashesLeft: new Int32Array(args.crashesLeft) }),
  async handle({ args, crashesLeft }, delivery, ctx) {
    const { id, cents } = delivery.payload;
    const crashes = ctx.random() < args.crashShare && Atomics.sub(crashesLeft, 0, 1) > 0;
    if (crashes && ctx.random() < 0.5) process.exit(1);
    const done = delivery.complete({
      puts: [{ table: PAID, key: id, value: { by: args.name, cents }, expected: 'absent' }],
      publish: [{ subject: `receipts.${args.name}`, payload: { id, cents } }],
    });
    if (crashes) process.exit(1);
    const answer = await done;
    if (!answer.ok && answer.why !== 'stale') throw new Error(`${id}: ${answer.why}`);
  },
});
