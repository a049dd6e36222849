import { defineActor } from 'troupe';
import { defineRaft } from 'troupe/actors';

/** Sets a key. */
export interface Put {
  readonly key: string;
  readonly value: number;
}

/** A replicated map, and how many commands made it. */
export const Store = defineRaft({
  module: import.meta.url,
  name: 'Store',
  initial: () => ({ values: new Map<string, number>(), count: 0 }),
  apply(state: { values: Map<string, number>; count: number }, { key, value }: Put) {
    state.values.set(key, value);
    state.count++;
    return [state, state.count] as const;
  },
  query: ({ values, count }: { values: Map<string, number>; count: number }, _: null) => ({
    values: [...values],
    count,
  }),
});

/** Ends the thread that it is placed on. */
export const Killer = defineActor<{ type: 'end-thread' }>()({
  module: import.meta.url,
  name: 'Killer',
  init: () => null,
  handlers: { 'end-thread': () => process.exit(1) },
});
