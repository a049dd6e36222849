import { defineAggregate } from 'troupe/actors';
import { add, type Money, negate } from './money.js';

/** What can be asked of an account. The two ends of a transfer are commands of two accounts. */
export type AccountCommand =
  | { readonly type: 'open'; readonly owner: string; readonly currency: string }
  | { readonly type: 'deposit'; readonly amount: Money }
  | { readonly type: 'withdraw'; readonly amount: Money }
  | { readonly type: 'send'; readonly amount: Money; readonly to: string }
  | { readonly type: 'receive'; readonly amount: Money; readonly from: string }
  | { readonly type: 'close' };

/** What has happened to an account. */
export type AccountEvent =
  | { readonly type: 'opened'; readonly owner: string; readonly currency: string }
  | { readonly type: 'deposited'; readonly amount: Money }
  | { readonly type: 'withdrawn'; readonly amount: Money }
  | { readonly type: 'sent'; readonly amount: Money; readonly to: string }
  | { readonly type: 'received'; readonly amount: Money; readonly from: string }
  | { readonly type: 'closed' };

/** An account that was never opened has no owner and no balance. */
export interface AccountState {
  readonly status: 'unknown' | 'open' | 'closed';
  readonly owner: string;
  readonly balance: Money | null;
}

const UNKNOWN: AccountState = { status: 'unknown', owner: '', balance: null };

/** Whether an amount may be moved at all, and out of the account. */
function refusal({ status, balance }: AccountState, amount: Money, isOut: boolean) {
  if (status !== 'open' || balance === null) return { code: 'not-open' } as const;
  if (amount.currency !== balance.currency) {
    return { code: 'wrong-currency', currency: balance.currency } as const;
  }
  if (amount.minor <= 0n) return { code: 'not-positive' } as const;
  if (isOut && amount.minor > balance.minor) return { code: 'insufficient', balance } as const;
  return null;
}

function moved(state: AccountState, amount: Money): AccountState {
  return { ...state, balance: state.balance === null ? amount : add(state.balance, amount) };
}

/** An account. Its rules are `decide`, and nothing else can change it. */
export const Account = defineAggregate<AccountCommand, AccountEvent>()({
  module: import.meta.url,
  name: 'Account',
  initial: UNKNOWN,
  decide(state, command) {
    switch (command.type) {
      case 'open':
        if (state.status !== 'unknown') return { code: 'exists' };
        return [{ type: 'opened', owner: command.owner, currency: command.currency }];
      case 'deposit':
        return (
          refusal(state, command.amount, false) ?? [{ type: 'deposited', amount: command.amount }]
        );
      case 'withdraw':
        return (
          refusal(state, command.amount, true) ?? [{ type: 'withdrawn', amount: command.amount }]
        );
      case 'send': {
        const { amount, to } = command;
        return refusal(state, amount, true) ?? [{ type: 'sent', amount, to }];
      }
      case 'receive': {
        const { amount, from } = command;
        return refusal(state, amount, false) ?? [{ type: 'received', amount, from }];
      }
      case 'close':
        if (state.status !== 'open') return { code: 'not-open' };
        return state.balance?.minor === 0n ? [{ type: 'closed' }] : { code: 'not-empty' };
    }
  },
  evolve(state, event): AccountState {
    switch (event.type) {
      case 'opened': {
        const { owner, currency } = event;
        return { status: 'open', owner, balance: { currency, minor: 0n } };
      }
      case 'deposited':
      case 'received':
        return moved(state, event.amount);
      case 'withdrawn':
      case 'sent':
        return moved(state, negate(event.amount));
      case 'closed':
        return { ...state, status: 'closed' };
    }
  },
  events: { opened: 1, deposited: 1, withdrawn: 1, sent: 1, received: 1, closed: 1 },
  snapshot: { every: 100, schemaVersion: 1 },
});
