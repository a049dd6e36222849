import { defineActor } from '../actor/definition.js';
import type { ActorRef } from '../ref/actor-ref.js';
import type { Request } from '../ref/protocol.js';

/** What a receiver is told and asked. */
export type SinkMessage = { type: 'add'; n: number } | Request<{ type: 'total' }, number>;

/** Adds up what it is told. */
export const Sink = defineActor<SinkMessage>()({
  module: import.meta.url,
  name: 'Sink',
  init: () => ({ total: 0 }),
  handlers: {
    add(state, { n }) {
      state.total += n;
    },
    total: (state) => state.total,
  },
});

/** One piece of work: what it took, and what the receiver had added up before and after. */
export interface Done {
  readonly tookMs: number;
  readonly before: number;
  readonly after: number;
}

/** Work for a driver: `bursts` times `burst` messages, each burst with a question at its end; or questions alone. */
export type DriverMessage = Request<
  { type: 'drive'; to: ActorRef<SinkMessage>; bursts: number; burst: number },
  Done
>;

/** Sends, on its own thread, and measures there. */
export const Driver = defineActor<DriverMessage>()({
  module: import.meta.url,
  name: 'Driver',
  init: () => null,
  handlers: {
    async drive(_state, { to, bursts, burst }, ctx) {
      const before = await to.ask({ type: 'total' });
      const startMs = ctx.now();
      let after = before;
      for (let i = 0; i < bursts; i++) {
        for (let n = 1; n <= burst; n++) to.tell({ type: 'add', n });
        after = await to.ask({ type: 'total' });
      }
      return { tookMs: ctx.now() - startMs, before, after };
    },
  },
});
