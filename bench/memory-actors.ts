import { defineActor, type Request } from 'troupe';

export type IdleMessage = { type: 'inc'; n: number } | Request<{ type: 'get' }, number>;

/** An actor with one number that will have nothing to do. */
export const Idle = defineActor<IdleMessage>()({
  module: import.meta.url,
  name: 'Idle',
  init: (start: number) => ({ n: start }),
  handlers: {
    inc(state, message) {
      state.n += message.n;
    },
    get: (state) => state.n,
  },
});
