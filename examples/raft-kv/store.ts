import { defineActor } from 'troupe';
import { defineRaft } from 'troupe/actors';

/** A change of a key. `id` is different for every change; 0 is the value of a key that was never set. */
export type Change =
  | { readonly type: 'put'; readonly key: string; readonly id: number }
  /** Only if the value is `expected`. */
  | { readonly type: 'cas'; readonly key: string; readonly id: number; readonly expected: number };

export interface StoreState {
  readonly values: Map<string, number>;
  /** How often each change was applied. */
  readonly applied: Map<number, number>;
}

/** A question: for one value, or for how often each change was applied. */
export type Question =
  | { readonly type: 'get'; readonly key: string }
  | { readonly type: 'applied' };

/** A replicated map. Its values are the ids of the changes that set them. */
export const Store = defineRaft({
  module: import.meta.url,
  name: 'Store',
  initial: (): StoreState => ({ values: new Map(), applied: new Map() }),
  apply(state: StoreState, change: Change) {
    const { key, id } = change;
    state.applied.set(id, (state.applied.get(id) ?? 0) + 1);
    const isSet = change.type === 'put' || (state.values.get(key) ?? 0) === change.expected;
    if (isSet) state.values.set(key, id);
    return [state, isSet] as const;
  },
  query: ({ values, applied }: StoreState, question: Question): number | [number, number][] =>
    question.type === 'get' ? (values.get(question.key) ?? 0) : [...applied],
});

/** Ends the thread that it is placed on. */
export const Killer = defineActor<{ type: 'end-thread' }>()({
  module: import.meta.url,
  name: 'Killer',
  init: () => null,
  handlers: { 'end-thread': () => process.exit(1) },
});
