/**
 * What a group agrees on: the user's own state, changed by commands. All functions must be pure and
 * give the same on every node: no clock, no chance, no I/O.
 *
 * @typeParam S state
 * @typeParam C commands, plain data
 * @typeParam R replies to commands, plain data
 * @typeParam Q queries, plain data
 * @typeParam A answers to queries, plain data
 */
export interface StateMachine<S, C, R, Q, A> {
  initial(): S;
  /** May change `state` in place and return it. What it throws fails the command, on every node alike. */
  apply(state: S, command: C): readonly [state: S, reply: R];
  /** Reads; changes nothing. */
  query(state: S, query: Q): A;
  /** The state as plain data that nobody changes any more; default: the state itself. */
  snapshot?(state: S): unknown;
  /** The state again. Default: the data itself. */
  restore?(data: unknown): S;
}
