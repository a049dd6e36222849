import { defineProjection } from '#actors/aggregate/index.js';
import { Account, type AccountEvent } from './account.js';

/** Balances by account, and how many events there were of each type. */
export const Balances = defineProjection<AccountEvent, bigint>()({
  module: import.meta.url,
  name: 'Balances',
  of: [Account],
  version: 1,
  keys: ({ aggregateId }) => [aggregateId],
  apply(balance = 0n, { event }) {
    switch (event.type) {
      case 'opened':
        return balance;
      case 'deposited':
        return balance + event.amount;
      case 'withdrawn':
        return balance - event.amount;
    }
  },
});

/** The same read model, after its code was changed: in hundreds. */
export const BalancesTwo = defineProjection<AccountEvent, string>()({
  module: import.meta.url,
  name: 'Balances',
  of: [Account],
  version: 2,
  keys: ({ aggregateId }) => [aggregateId],
  apply: (text = '', { event }) => `${text}${event.type[0]}`,
});

/** Fails at every amount of 13. */
export const Superstitious = defineProjection<AccountEvent, bigint>()({
  module: import.meta.url,
  name: 'Superstitious',
  of: [Account],
  version: 1,
  keys: () => ['sum'],
  apply(sum = 0n, { event }) {
    if (!('amount' in event)) return sum;
    if (event.amount === 13n) throw new RangeError('unlucky');
    return sum + event.amount;
  },
});

/** The same, but goes on. */
export const Cautious = defineProjection<AccountEvent, bigint>()({
  module: import.meta.url,
  name: 'Cautious',
  of: [Account],
  version: 1,
  onError: 'set-aside',
  retries: 1,
  keys: () => ['sum'],
  apply(sum = 0n, { event }) {
    if (!('amount' in event)) return sum;
    if (event.amount === 13n) throw new RangeError('unlucky');
    return sum + event.amount;
  },
});
