/** One operation on one key as its client saw it. */
export interface Operation {
  readonly client: number;
  readonly type: 'put' | 'cas' | 'get';
  readonly value: number;
  readonly expected: number;
  readonly begin: number;
  /** Infinity: nobody knows whether it was done. */
  end: number;
  /** What a get returned; of a cas 1 or 0. */
  result: number;
  /** Where it took effect, as far as is known: what is tried first. Decides how long the search is, never its result. */
  hint: number;
}

/** States after which a search is given up: a history in order needs one a operation, with good hints. */
const MAX_STATES = 200_000;

/** @returns the value after the operation, or undefined when it cannot have given its result here */
function next(
  value: number,
  { type, value: to, expected, result, end }: Operation,
): number | undefined {
  const isKnown = end !== Number.POSITIVE_INFINITY;
  switch (type) {
    case 'put':
      return to;
    case 'cas': {
      const isSet = value === expected;
      if (isKnown && isSet !== (result === 1)) return undefined;
      return isSet ? to : value;
    }
    case 'get':
      return isKnown && result !== value ? undefined : value;
  }
}

/**
 * Whether the operations on one register can be put into one order that respects their times (Wing and Gong,
 * 1993, with the memory of states by Lowe, 2017). Operations of unknown outcome may take effect at any time
 * after they began, or never.
 */
export function isLinearizable(history: readonly Operation[]): boolean {
  const operations = history
    .filter(({ type, end }) => type !== 'get' || end !== Number.POSITIVE_INFINITY)
    .sort((one, other) => one.begin - other.begin);
  const count = operations.length;
  const done = new Uint8Array(count);
  const seen = new Set<string>();
  let required = operations.filter(({ end }) => end !== Number.POSITIVE_INFINITY).length;
  let states = 0;

  /** What the rest of a search depends on: the value, and what is done. */
  const keyOf = (value: number, first: number): string => {
    let text = `${value}:${first}`;
    for (let i = first; i < count; i++) if (done[i] === 1) text += `,${i}`;
    return text;
  };

  /** Operations that can come next: no other one had ended when they began. */
  const candidates = (first: number): number[] => {
    const found: number[] = [];
    let bound = Number.POSITIVE_INFINITY;
    for (let i = first; i < count; i++) {
      if (done[i] === 1) continue;
      const { begin, end } = operations[i]!;
      if (begin > bound) break;
      if (end < bound) bound = end;
      found.push(i);
    }
    return found.sort((one, other) => operations[one]!.hint - operations[other]!.hint);
  };

  const search = (value: number, from: number): boolean => {
    if (required === 0) return true;
    if (++states > MAX_STATES) return false;
    let first = from;
    while (done[first] === 1) first++;
    if (seen.size > 0 && seen.has(keyOf(value, first))) return false;
    for (const i of candidates(first)) {
      const operation = operations[i]!;
      const after = next(value, operation);
      if (after === undefined) continue;
      const weight = operation.end === Number.POSITIVE_INFINITY ? 0 : 1;
      done[i] = 1;
      required -= weight;
      if (search(after, first)) return true;
      done[i] = 0;
      required += weight;
    }
    seen.add(keyOf(value, first));
    return false;
  };
  return search(0, 0);
}

/** Checks each key by itself: a history is linearizable if all its parts are (Herlihy and Wing, 1990). */
export function firstUnlinearizable(
  histories: ReadonlyMap<number, readonly Operation[]>,
): number | undefined {
  for (const [key, history] of histories) if (!isLinearizable(history)) return key;
  return undefined;
}
