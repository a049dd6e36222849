import { defineActor } from 'troupe';
import { type Broker, openBroker } from 'troupe/actors';
import type { Order, Shop } from './protocol.js';

const ORDERS_PER_TICK = 10;
const TICK_MS = 10;

/**
 * Publishes ten orders a tick. An order that was not answered may have been stored or not: it is published again under
 * the same id, and stored once.
 */
export const Producer = defineActor<{ type: 'tick' }>()({
  module: import.meta.url,
  name: 'Producer',
  init: async (shop: Shop, ctx) => {
    ctx.startInterval('tick', TICK_MS, { type: 'tick' });
    return { shop, broker: await openBroker(ctx, shop.broker), next: 0 };
  },
  handlers: {
    async tick(state, _message, ctx) {
      const { broker, shop } = state;
      const orders: Order[] = [];
      for (let i = 0; i < ORDERS_PER_TICK && state.next < shop.orderCount; i++) {
        const n = state.next++;
        orders.push({ id: `order-${n}`, customer: `customer-${n % 7}`, cents: 100 + n });
      }
      await Promise.all(orders.map((order) => publish(broker, order)));
      if (state.next === shop.orderCount) ctx.cancelTimer('tick');
    },
  },
});

async function publish(broker: Broker, order: Order): Promise<void> {
  for (;;) {
    try {
      await broker.publish('orders.new', order, { id: order.id, key: order.customer });
      return;
    } catch {
      // The shard has lost its thread, perhaps: it comes back from the journal.
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }
}
