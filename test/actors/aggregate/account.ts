import { defineAggregate } from '#actors/aggregate/index.js';

export type AccountCommand =
  | { readonly type: 'open' }
  | { readonly type: 'deposit'; readonly amount: bigint }
  | { readonly type: 'withdraw'; readonly amount: bigint }
  | { readonly type: 'explode' }
  /** Decides a good event and one that nobody knows. */
  | { readonly type: 'half' };

export type AccountEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'deposited'; readonly amount: bigint }
  | { readonly type: 'withdrawn'; readonly amount: bigint };

export interface AccountState {
  readonly isOpen: boolean;
  readonly balance: bigint;
}

const INITIAL: AccountState = { isOpen: false, balance: 0n };

/** An account for tests, with snapshots every 10 events and an inline projection of its balance. */
export const Account = defineAggregate<AccountCommand, AccountEvent>()({
  module: import.meta.url,
  name: 'Account',
  initial: INITIAL,
  decide(state, command) {
    switch (command.type) {
      case 'open':
        return state.isOpen ? { code: 'open-already' } : [{ type: 'opened' }];
      case 'deposit':
        return state.isOpen ? [{ type: 'deposited', amount: command.amount }] : { code: 'closed' };
      case 'withdraw':
        if (command.amount > state.balance) {
          return { code: 'insufficient', balance: state.balance };
        }
        return [{ type: 'withdrawn', amount: command.amount }];
      case 'half':
        return [{ type: 'deposited', amount: 1n }, { type: 'vanished' } as never];
      case 'explode':
        throw new RangeError('boom');
    }
  },
  evolve(state, event): AccountState {
    switch (event.type) {
      case 'opened':
        return { ...state, isOpen: true };
      case 'deposited':
        return { ...state, balance: state.balance + event.amount };
      case 'withdrawn':
        return { ...state, balance: state.balance - event.amount };
    }
  },
  events: { opened: 1, deposited: 1, withdrawn: 1 },
  snapshot: { every: 10, schemaVersion: 1 },
  inline: [
    ({ aggregateId }, { balance }) => [{ table: 'balances', key: aggregateId, value: balance }],
  ],
});
