import { defineActor } from 'troupe';
import type { LedgerMessage } from './protocol.js';

/** Books each order once, however often it is charged: so a payment may be tried again. */
export const Ledger = defineActor<LedgerMessage>()({
  module: import.meta.url,
  name: 'Ledger',
  init: () => ({ charges: new Map<string, number>(), repeated: 0 }),
  handlers: {
    charge(state, { order, cents }) {
      if (state.charges.has(order)) {
        state.repeated++;
        return 'known';
      }
      state.charges.set(order, cents);
      return 'charged';
    },
    all: ({ charges }) => new Map(charges),
    repeated: ({ repeated }) => repeated,
  },
});
