import { TroupeError } from './errors.js';

/**
 * Checks that an option is a finite number in `[low, high]`.
 * @throws {TroupeError} ERR_OPTION
 */
export function checkNumber(
  where: string,
  value: unknown,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw optionError(where, value, `a number from ${low} to ${high}`);
}

/**
 * Checks that an option is a whole number in `[low, high]`.
 * @throws {TroupeError} ERR_OPTION
 */
export function checkCount(where: string, value: unknown, low: number, high: number): number {
  if (Number.isInteger(value)) return checkNumber(where, value, low, high);
  throw optionError(where, value, `a whole number from ${low} to ${high}`);
}

/**
 * Checks that an option is one of a few words.
 * @throws {TroupeError} ERR_OPTION
 */
export function checkWord<T extends string>(where: string, value: unknown, words: readonly T[]): T {
  const word = words.find((known) => known === value);
  if (word !== undefined) return word;
  throw optionError(where, value, words.map((known) => `'${known}'`).join(' | '));
}

/** An object with all fields of an object of options: their names, as data. */
export type OptionNames<T> = Readonly<Record<T extends unknown ? keyof T : never, unknown>>;

/**
 * Checks that options are an object with none but these fields: a misspelled one would have its default, unseen.
 * @param where what the options are for
 * @throws {TroupeError} ERR_OPTION
 */
export function checkNames<T extends object>(
  where: string,
  options: T,
  names: OptionNames<T>,
): void {
  if (typeof options !== 'object' || options === null) {
    throw optionError(where, options, 'an object of options');
  }
  const name = unknownName(options, names);
  if (name === undefined) return;
  throw new TroupeError('ERR_OPTION', {
    what: `'${name}' is an unknown option`,
    where,
    mend: `use ${Object.keys(names).join(', ')}`,
  });
}

/**
 * Checks that what defines something is an object with none but these fields: a misspelled hook would never be called.
 * @param where the name of what is defined
 * @throws {TroupeError} ERR_DEFINITION
 */
export function checkFields<T extends object>(where: string, spec: T, names: OptionNames<T>): void {
  const isObject = typeof spec === 'object' && spec !== null;
  const name = isObject ? unknownName(spec, names) : undefined;
  if (isObject && name === undefined) return;
  const known = Object.keys(names).join(', ');
  throw new TroupeError('ERR_DEFINITION', {
    what: isObject ? `'${name}' is an unknown field` : `the definition is ${String(spec)}`,
    where,
    mend: isObject ? `use ${known}` : `give an object of ${known}`,
  });
}

function unknownName(given: object, names: object): string | undefined {
  // Called for each message of a batch: `for in` makes no list of a plain object's names.
  for (const name in given) {
    if (!Object.hasOwn(names, name) && Object.hasOwn(given, name)) return name;
  }
  return undefined;
}

/** The error for an option outside its range; `expected` says what is in range. */
export function optionError(where: string, value: unknown, expected: string): TroupeError {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return new TroupeError('ERR_OPTION', {
    what: `the value is ${shown}`,
    where,
    mend: `give ${expected}`,
  });
}
