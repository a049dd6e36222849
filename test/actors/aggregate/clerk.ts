import { type AggregatesAddress, openAggregates } from '#actors/aggregate/index.js';
import { defineActor, type Request } from '#runtime/index.js';
import { Account } from './account.js';

export type ClerkMessage = Request<{ type: 'pay'; id: string }, number>;

/** Uses aggregates from a thread of its own. */
export const Clerk = defineActor<ClerkMessage>()({
  module: import.meta.url,
  name: 'Clerk',
  init: (address: AggregatesAddress, ctx) => openAggregates(ctx, Account, address),
  handlers: {
    async pay(accounts, { id }) {
      const result = await accounts
        .ref(id)
        .execute({ type: 'deposit', amount: 1n }, { expected: 'streamExists' });
      return result.ok ? result.version : -1;
    },
  },
});
