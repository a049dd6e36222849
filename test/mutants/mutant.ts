/** One fault that is planted in the built runtime: a text and what stands there instead. */
export interface Mutant {
  /** The bug as a sentence: what the faulty runtime does. */
  readonly name: string;
  /** The built file below `runtime/`, such as `actor/turn.js`. */
  readonly file: string;
  /** Occurs in the file exactly once; any white space stands for any other. */
  readonly find: string;
  readonly replace: string;
  /** Why nobody can tell the faulty runtime from the right one; left out for all others. */
  readonly equivalent?: string;
}
