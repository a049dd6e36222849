import { LinearSearch } from './linear-search.js';

/** One operation on one object, as its caller saw it. */
export interface Operation<I, O> {
  /** The object; operations on different ones do not see each other. */
  readonly key: string | number;
  readonly input: I;
  /** When it was called, on the one clock of all callers, in any unit. */
  readonly begin: number;
  /** When it was answered, not before `begin`. `Infinity`: it never was, so it was done at some time, or never. */
  readonly end: number;
  /** What was answered; means nothing when `end` is `Infinity`. */
  readonly output: O;
  /**
   * Where it took effect, as far as anybody knows, such as an index of a log. Give it for all operations or for none. It
   * decides how long the search is, never its result.
   */
  readonly hint?: number;
}

/** What one object does when it is used by one caller alone. */
export interface SequentialModel<S, I, O> {
  readonly initial: S;
  /** Pure: gives a new state, or the same one, and never changes it in place. */
  apply(state: S, input: I): readonly [state: S, output: O];
  /** Tells states apart: the same for equal states, and only for them. Default `String`, which does for numbers, strings and `undefined`. */
  keyOf?(state: S): string;
}

/** What a check has found. */
export type LinearizabilityResult<I, O> =
  | { readonly type: 'linearizable' }
  /**
   * The object `key` has no order. `longest` is as far as one went, and none of `unfit`, which would have
   * to come next, can have given its answer after it.
   */
  | {
      readonly type: 'violation';
      readonly key: string | number;
      readonly longest: readonly Operation<I, O>[];
      readonly unfit: readonly Operation<I, O>[];
    }
  /** The search was given up. */
  | { readonly type: 'undecided'; readonly key: string | number };

/** Where a search ends undecided. A history with good hints needs one state for each operation. */
const MAX_STATES = 1_000_000;

/**
 * Whether the operations on each object can be put into one order that respects their times and explains
 * every answer (Herlihy and Wing, "Linearizability", 1990): Wing and Gong's search (1993) with the memory of states
 * by Lowe (2017), each key by itself. Operations without an answer may take effect at any time after they
 * began, or never. Outputs are compared with `isDeepStrictEqual`.
 *
 * @example
 * const result = checkLinearizable(history, {
 *   initial: 0,
 *   apply: (state, input: { put: number } | 'get') => (input === 'get' ? [state, state] : [input.put, 0]),
 * });
 *
 * @param maxStates for each key, after which its search is given up
 */
export function checkLinearizable<S, I, O>(
  history: Iterable<Operation<I, O>>,
  model: SequentialModel<S, I, O>,
  maxStates = MAX_STATES,
): LinearizabilityResult<I, O> {
  const parts = new Map<string | number, Operation<I, O>[]>();
  for (const operation of history) {
    const part = parts.get(operation.key);
    if (part === undefined) parts.set(operation.key, [operation]);
    else part.push(operation);
  }
  let undecided: LinearizabilityResult<I, O> | undefined;
  for (const [key, part] of parts) {
    const search = new LinearSearch(part, model, maxStates);
    const found = search.run();
    if (found === 'undecided') undecided ??= { type: 'undecided', key };
    if (found !== 'none') continue;
    const { longest, unfit } = search;
    return { type: 'violation', key, longest, unfit };
  }
  return undecided ?? { type: 'linearizable' };
}
