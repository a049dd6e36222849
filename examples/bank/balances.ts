import { defineProjection } from 'troupe/actors';
import { Account, type AccountEvent } from './account.js';
import { add, type Money, negate } from './money.js';

/** The balances of all accounts as a table, so that nobody has to wake an account to show a list. */
export const Balances = defineProjection<AccountEvent, Money>()({
  module: import.meta.url,
  name: 'Balances',
  of: [Account],
  version: 1,
  keys: ({ aggregateId }) => [aggregateId],
  apply(balance, { event }) {
    switch (event.type) {
      case 'opened':
        return { currency: event.currency, minor: 0n };
      case 'deposited':
      case 'received':
        return balance && add(balance, event.amount);
      case 'withdrawn':
      case 'sent':
        return balance && add(balance, negate(event.amount));
      case 'closed':
        return undefined;
    }
  },
});
