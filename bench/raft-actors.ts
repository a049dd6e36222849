import { defineActor, type Request } from 'troupe';
import { defineRaft, type RaftGroup, type RaftGroupOptions, startRaft } from 'troupe/actors';

/** Sums up the lengths of 16-byte commands. */
export const ByteCounter = defineRaft({
  module: import.meta.url,
  name: 'ByteCounter',
  initial: () => ({ count: 0 }),
  apply(state: { count: number }, command: string) {
    state.count += command.length;
    return [state, state.count] as const;
  },
  query: (state: { count: number }, _: null) => state.count,
  snapshot: ({ count }: { count: number }) => ({ count }),
});

/** Ends the thread that it lives on. */
export const ThreadEnder = defineActor<{ type: 'end' }>()({
  module: import.meta.url,
  name: 'ThreadEnder',
  init: () => null,
  handlers: { end: () => process.exit(1) },
});

/** A group of {@link ByteCounter}. */
export type ByteCounters = RaftGroup<string, number, null, number>;

/** Starts a group whose nodes may die as often as they like; `placement` is the id of the node. */
export const SturdyGroup = defineActor<
  Request<{ readonly type: 'start'; readonly options: RaftGroupOptions }, ByteCounters>
>()({
  module: import.meta.url,
  name: 'SturdyGroup',
  init: () => null,
  handlers: {
    start: (_, { options }, ctx) =>
      startRaft(ctx, ByteCounter, { ...options, placement: (id) => id }),
  },
  supervision: { intensity: 1e6, periodMs: 1 },
});
