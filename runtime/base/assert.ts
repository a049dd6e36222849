/** A promise the code made to itself was broken: always a defect of the runtime, never of its user. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  readonly code = 'ERR_INVARIANT';
}

/**
 * Checks an invariant of the runtime. The text is built only on failure.
 * @throws {InvariantError} when `condition` is false
 */
export function assert(condition: boolean, text: () => string): asserts condition {
  if (!condition) throw new InvariantError(text());
}

/** Marks a branch that the types exclude; reached only if a value lied about its type. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${String(value)}`);
}
