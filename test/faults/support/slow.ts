import { defineActor, type Request } from '../../../runtime/index.js';

export type SlowMessage =
  | { type: 'item'; n: number; text: string }
  | Request<{ type: 'done' }, SlowReport>;

/** What the slow receiver has handled. */
export interface SlowReport {
  readonly handledCount: number;
  /** The number of the last item. */
  readonly last: number;
  /** Items that came after a later one, or twice. */
  readonly disorderCount: number;
}

interface SlowState {
  handledCount: number;
  last: number;
  disorderCount: number;
}

/** Handles items, each of which takes it that long. */
export const Slow = defineActor<SlowMessage>()({
  module: import.meta.url,
  name: 'Slow',
  init: (_args: null): SlowState => ({ handledCount: 0, last: -1, disorderCount: 0 }),
  handlers: {
    item: (state, { n }) => {
      const until = performance.now() + ITEM_MS;
      while (performance.now() < until);
      if (n <= state.last) state.disorderCount++;
      state.last = n;
      state.handledCount++;
    },
    done: ({ handledCount, last, disorderCount }) => ({ handledCount, last, disorderCount }),
  },
});

/** Milliseconds that an item takes its receiver. */
const ITEM_MS = 0.1;

/** Characters of an item: a kibibyte. */
export const ITEM_BYTES = 1024;
