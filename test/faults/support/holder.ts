import { defineActor, NO_REPLY, type Request, type Requester } from '../../../runtime/index.js';

export type HolderMessage =
  /** Answered when it is told to release. */
  | Request<{ type: 'wait'; n: number }, number>
  | Request<{ type: 'held' }, number>
  | { type: 'release' };

interface HolderState {
  waiting: { readonly n: number; readonly requester: Requester<number> }[];
}

/** Answers before others have their turn. */
const BATCH_COUNT = 1000;

/** Keeps who asks it waiting until it is told to answer them. */
export const Holder = defineActor<HolderMessage>()({
  module: import.meta.url,
  name: 'Holder',
  init: (_args: null): HolderState => ({ waiting: [] }),
  handlers: {
    wait: (state, { n }, ctx) => {
      state.waiting.push({ n, requester: ctx.requester() });
      return NO_REPLY;
    },
    held: ({ waiting }) => waiting.length,
    release: (state, _message, ctx) => {
      for (const { n, requester } of state.waiting.splice(-BATCH_COUNT)) requester.reply(n);
      if (state.waiting.length > 0) ctx.self.tell({ type: 'release' });
    },
  },
});
