import { defineActor, type ErrorCode, hasCode, type Position, START } from 'troupe';
import {
  type Broker,
  type BrokerAddress,
  type JournalAddress,
  openBroker,
  openJournal,
  type StoredEvent,
} from 'troupe/actors';
import type { OrderEvent } from './order.js';

/** An order as its consumers get it. */
export interface PlacedOrder {
  readonly order: string;
  readonly product: string;
  readonly account: string;
}

/** Where the relay works. */
export interface RelayArgs {
  readonly journal: JournalAddress;
  readonly broker: BrokerAddress;
}

const ORDERS = 'Order/';
const CHECKPOINTS = 'checkpoints';
const PAGE_COUNT = 500;
const TICK_MS = 50;
const AGAIN_MS = 100;

/** Passing trouble of a broker whose shard, or its thread, begins anew. */
const PASSING: readonly ErrorCode[] = [
  'ERR_BROKER_CLOSED',
  'ERR_THREAD_DIED',
  'ERR_ASK_TIMEOUT',
  'ERR_ACTOR_FAILED',
];

/**
 * Publishes the events of orders, in the order of their commits. What was published before its place was written
 * down is published again after a restart, under the same id: the broker stores it once.
 */
export const OrderRelay = defineActor<{ type: 'tick' }>()({
  module: import.meta.url,
  name: 'OrderRelay',
  init: async (args: RelayArgs, ctx) => {
    const journal = openJournal(ctx, args.journal);
    const broker = await openBroker(ctx, args.broker);
    const position = ((await journal.get(CHECKPOINTS, 'orders')) as Position | undefined) ?? START;
    ctx.startTimer('tick', TICK_MS, { type: 'tick' });
    return { journal, broker, position };
  },
  handlers: {
    async tick(state, _message, ctx) {
      let nextMs = TICK_MS;
      try {
        for (;;) {
          const page = await state.journal.readAll(state.position, PAGE_COUNT);
          if (page.length === 0) break;
          const events = page.filter(({ stream }) => stream.startsWith(ORDERS));
          const position = page.at(-1)!.position;
          if (events.length > 0) {
            await publish(state.broker, events);
            const put = { table: CHECKPOINTS, key: 'orders', value: position };
            await state.journal.transact({ puts: [put] });
          }
          state.position = position;
        }
      } catch (error) {
        if (!PASSING.some((code) => hasCode(error, code))) throw error;
        nextMs = AGAIN_MS;
      }
      if (!ctx.signal.aborted) ctx.startTimer('tick', nextMs, { type: 'tick' });
    },
  },
});

/** @throws when one of them is not stored: all of the page is published again */
async function publish(
  broker: Broker,
  events: readonly { readonly stream: string; readonly value: unknown }[],
): Promise<void> {
  const results = events.map(({ stream, value }) => {
    const { id, event } = value as StoredEvent<OrderEvent>;
    const { product, account } = event;
    const payload: PlacedOrder = { order: stream.slice(ORDERS.length), product, account };
    return broker.publish(`orders.${product}`, payload, { id });
  });
  for (const { status } of await Promise.all(results)) {
    if (status !== 'stored' && status !== 'duplicate') throw new Error(`an order was ${status}`);
  }
}
