import type { BrokerAddress } from 'troupe/actors';

/** What is sold. */
export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly cents: number;
}

/** Where all of it happens. */
export interface Shop {
  readonly broker: BrokerAddress;
  /** Orders in all. */
  readonly orderCount: number;
}

/** The table with one row for each order that was paid: its key can be written once only. */
export const PAID = 'paid';
