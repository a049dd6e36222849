import { defineRaft } from 'troupe/actors';

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
