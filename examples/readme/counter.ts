import { defineActor, type Request } from 'troupe';

export type CounterMessage = { type: 'inc'; by: number } | Request<{ type: 'get' }, number>;

export const Counter = defineActor<CounterMessage>()({
  module: import.meta.url, // how another thread finds
  name: 'Counter', //         this export
  init: (args: { start: number }) => ({ n: args.start }),
  handlers: {
    inc(state, { by }) {
      if (by < 0) throw new RangeError('counters only go up');
      state.n += by;
    },
    get: (state) => state.n,
  },
});
