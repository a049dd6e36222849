import { defineAggregate } from 'troupe/actors';
import type { Money } from '../bank/money.js';

/** What can be asked of an order. */
export type OrderCommand = {
  readonly type: 'place';
  readonly account: string;
  readonly product: string;
  readonly price: Money;
};

/** What has happened to an order. */
export type OrderEvent = {
  readonly type: 'placed';
  readonly account: string;
  readonly product: string;
  readonly price: Money;
};

/** An order that was never placed has no product. */
export interface OrderState {
  readonly status: 'unknown' | 'placed';
  readonly account: string;
  readonly product: string;
  readonly price: Money | null;
}

const UNKNOWN: OrderState = { status: 'unknown', account: '', product: '', price: null };

/** An order. It is placed in one transaction with the withdrawal that pays for it. */
export const Order = defineAggregate<OrderCommand, OrderEvent>()({
  module: import.meta.url,
  name: 'Order',
  initial: UNKNOWN,
  decide({ status }, { account, product, price }) {
    if (status !== 'unknown') return { code: 'exists' };
    return [{ type: 'placed', account, product, price }];
  },
  evolve: (_state, { account, product, price }): OrderState => ({
    status: 'placed',
    account,
    product,
    price,
  }),
  events: { placed: 1 },
});
