import type { StateMachine } from '../../actors/raft/state-machine.js';
import type { Operation, SequentialModel } from '../../runtime/testkit/index.js';

/** `cas` sets the value if it is `expected` (0: none) and answers whether it did. */
export interface KvCommand {
  readonly op: number;
  readonly type: 'put' | 'cas';
  readonly key: number;
  readonly value: number;
  readonly expected: number;
}

/** A store of numbers that remembers what was done to it. */
export interface KvState {
  readonly values: Map<number, number>;
  /** The operations that were applied. */
  readonly ops: Set<number>;
  /** The first operation that was applied twice, 0 for none. */
  doubled: number;
}

/** What the simulated groups agree on. Values are never 0. */
export const KV: StateMachine<KvState, KvCommand, boolean, number, number> = {
  initial: () => ({ values: new Map(), ops: new Set(), doubled: 0 }),
  apply(state, { op, type, key, value, expected }) {
    if (state.ops.has(op)) state.doubled = op;
    state.ops.add(op);
    if (type === 'cas' && (state.values.get(key) ?? 0) !== expected) return [state, false];
    state.values.set(key, value);
    return [state, true];
  },
  query: ({ values }, key) => values.get(key) ?? 0,
};

/** What a client does to one key. */
export interface KvInput {
  readonly type: 'put' | 'cas' | 'get';
  readonly value: number;
  readonly expected: number;
}

/** One operation as its client saw it; `end` and what follows are filled in when they are known. */
export type KvOperation = Pick<Operation<KvInput, number | boolean>, 'key' | 'input' | 'begin'> & {
  end: number;
  output: number | boolean;
  hint: number;
};

/** One key by itself. */
export const REGISTER: SequentialModel<number, KvInput, number | boolean> = {
  initial: 0,
  apply(state, { type, value, expected }) {
    if (type === 'get') return [state, state];
    return type === 'put' || state === expected ? [value, true] : [state, false];
  },
};
