import { type ActorRef, defineActor, NO_REPLY, type Request, type Requester } from 'troupe';
import { nowNs } from './harness.js';

export type CollectorMessage =
  | Request<{ type: 'expect'; count: number }, { readonly endNs: number; readonly sum: number }>
  | { type: 'inc'; n: number };

interface CollectorState {
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
      state.left = count;
      state.sum = 0;
      state.asker = ctx.requester();
      return NO_REPLY;
    },
    inc(state, message) {
      state.sum += message.n;
      if (--state.left === 0) state.asker!.reply({ endNs: nowNs(), sum: state.sum });
    },
  },
});

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
      },
      { readonly startNs: number }
    >
  | { type: 'burst' };

interface BreederState {
  collector: ActorRef<CollectorMessage> | undefined;
  count: number;
  burst: number;
  made: number;
  startNs: number;
  asker: Requester<{ readonly startNs: number }> | undefined;
}

/** Spawns mayflies in bursts; the `await` between two lets those that live now have their turn. */
export const Breeder = defineActor<BreederMessage>()({
  module: import.meta.url,
  name: 'Breeder',
  init: (): BreederState => ({
    collector: undefined,
    count: 0,
    burst: 0,
    made: 0,
    startNs: 0.5,
    asker: undefined,
  }),
  handlers: {
    start(state, { collector, count, burst }, ctx) {
      state.collector = collector;
      state.count = count;
      state.burst = burst;
      state.made = 0;
      state.asker = ctx.requester();
      state.startNs = nowNs();
      ctx.self.tell({ type: 'burst' });
      return NO_REPLY;
    },
    async burst(state, _, ctx) {
      const collector = state.collector!;
      const end = Math.min(state.made + state.burst, state.count);
      for (; state.made < end; state.made++) {
        ctx.spawn(Mayfly, collector).tell({ type: 'inc', n: state.made });
      }
      await null;
      if (state.made < state.count) ctx.self.tell({ type: 'burst' });
      else state.asker!.reply({ startNs: state.startNs });
    },
  },
});
