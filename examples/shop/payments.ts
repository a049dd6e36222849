import { defineActor, NO_REPLY, type Requester, SeededRandom } from 'troupe';
import { connectRegistry } from 'troupe/actors';
import { refuseLate, remainingMs } from 'troupe/resilience';
import { PAYMENTS, type PaymentArgs, type PaymentMessage, type Receipt } from './protocol.js';

/** Parts of the payments that fail before, that fail after the charge, and that are never answered. */
const FAILS = 0.08;
const FAILS_LATE = 0.03;
const HANGS = 0.02;

/** An error that another try may mend. */
function passing(text: string): Error {
  return Object.assign(new Error(text), { retryable: true });
}

/**
 * A payment service that cannot be relied upon. It registers itself whenever it starts, and is gone from the
 * registry when its thread dies; nobody tells the gateway.
 */
export const Payments = defineActor<PaymentMessage>()({
  module: import.meta.url,
  name: 'Payments',
  turn: 'interleave',
  init: async (args: PaymentArgs, ctx) => {
    const { registry, instance, ledger, seed } = args;
    const client = connectRegistry(registry, ctx);
    await client.register({ service: PAYMENTS, instance, ref: ctx.self });
    const random = new SeededRandom(seed + ctx.incarnation);
    return { instance, ledger, random, hasOutage: false, hanging: [] as Requester<Receipt>[] };
  },
  handlers: {
    async pay(state, { order, cents, deadline }, ctx) {
      const requester = ctx.requester();
      const luck = state.random.next();
      try {
        refuseLate(deadline);
        if (state.hasOutage) throw passing('the bank does not answer');
        if (luck < FAILS) throw passing('the line is bad');
        const timeoutMs = remainingMs(deadline);
        await ctx.ask(state.ledger, { type: 'charge', order, cents }, { timeoutMs });
        if (luck < FAILS + FAILS_LATE) throw passing('the receipt is lost');
        if (luck < FAILS + FAILS_LATE + HANGS) state.hanging.push(requester);
        else requester.reply({ order, by: state.instance });
      } catch (error) {
        // The caller's trouble: this service itself is well and goes on.
        requester.fail(error);
      }
      return NO_REPLY;
    },
    outage(state, { isOn }) {
      state.hasOutage = isOn;
    },
    crash() {
      throw new Error('crashed');
    },
    'kill-thread'() {
      process.exit(1);
    },
  },
});
