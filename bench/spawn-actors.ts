import {
  type ActorRef,
  defineActor,
  NO_REPLY,
  type Placement,
  type Request,
  type Requester,
} from 'troupe';
import { nowNs } from './harness.js';

export type CollectorMessage =
  | Request<{ type: 'expect'; count: number }, { readonly endNs: number; readonly sum: number }>
  | { type: 'inc'; n: number };

interface CollectorState {
  /** Numbers still to come; negative for those that came before it was said how many to expect. */
  left: number;
  sum: number;
  asker: Requester<{ readonly endNs: number; readonly sum: number }> | undefined;
}

/**
 * Adds up what the short-lived actors pass on. They have a turn each and it has one, so its mailbox grows
 * as long as they come faster than one turn of it can follow.
 */
export const Collector = defineActor<CollectorMessage>()({
  module: import.meta.url,
  name: 'Collector',
  mailbox: { capacity: 2 ** 20 },
  init: (): CollectorState => ({ left: 0, sum: 0, asker: undefined }),
  handlers: {
    expect(state, { count }, ctx) {
      state.left += count;
      state.asker = ctx.requester();
      if (state.left === 0) finish(state);
      return NO_REPLY;
    },
    inc(state, message) {
      state.sum += message.n;
      if (--state.left === 0) finish(state);
    },
  },
});

function finish(state: CollectorState): void {
  state.asker!.reply({ endNs: nowNs(), sum: state.sum });
  state.sum = 0;
}

/** Passes one number on and stops. */
export const Mayfly = defineActor<{ type: 'inc'; n: number }>()({
  module: import.meta.url,
  name: 'Mayfly',
  init: (collector: ActorRef<CollectorMessage>) => ({ collector }),
  handlers: {
    inc(state, message, ctx) {
      state.collector.tell({ type: 'inc', n: message.n });
      ctx.stop();
    },
  },
});

export type BreederMessage =
  | Request<
      {
        type: 'start';
        collector: ActorRef<CollectorMessage>;
        count: number;
        burst: number;
        /** Where the mayflies live. */
        placement: Placement;
        /**
         * How many of a burst, at its end, are sent their number with `send`, which is awaited one burst
         * later. With one for each thread the breeder never runs away from any of them.
         */
        awaited: number;
      },
      { readonly startNs: number }
    >
  | { type: 'burst' };

interface BreederState {
  collector: ActorRef<CollectorMessage> | undefined;
  count: number;
  burst: number;
  options: { readonly placement: Placement };
  awaited: number;
  made: number;
  /** Resolves when the mayflies of the burst before this one have their numbers. */
  admitted: Promise<unknown>;
  startNs: number;
  asker: Requester<{ readonly startNs: number }> | undefined;
}

/** Spawns mayflies in bursts; the `await` between two lets those that live here have their turn. */
export const Breeder = defineActor<BreederMessage>()({
  module: import.meta.url,
  name: 'Breeder',
  init: (): BreederState => ({
    collector: undefined,
    count: 0,
    burst: 0,
    options: { placement: 'same' },
    awaited: 0,
    made: 0,
    admitted: Promise.resolve(),
    startNs: 0.5,
    asker: undefined,
  }),
  handlers: {
    start(state, { collector, count, burst, placement, awaited }, ctx) {
      state.collector = collector;
      state.count = count;
      state.burst = burst;
      state.options = { placement };
      state.awaited = awaited;
      state.made = 0;
      state.asker = ctx.requester();
      state.startNs = nowNs();
      ctx.self.tell({ type: 'burst' });
      return NO_REPLY;
    },
    async burst(state, _, ctx) {
      const { options } = state;
      const collector = state.collector!;
      const end = Math.min(state.made + state.burst, state.count);
      for (; state.made < end - state.awaited; state.made++) {
        ctx.spawn(Mayfly, collector, options).tell({ type: 'inc', n: state.made });
      }
      const sends: Promise<void>[] = [];
      for (; state.made < end; state.made++) {
        sends.push(ctx.spawn(Mayfly, collector, options).send({ type: 'inc', n: state.made }));
      }
      const before = state.admitted;
      state.admitted = Promise.all(sends);
      await before;
      if (state.made < state.count) ctx.self.tell({ type: 'burst' });
      else {
        await state.admitted;
        state.asker!.reply({ startNs: state.startNs });
      }
    },
  },
});
