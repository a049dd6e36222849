import { TroupeError } from '../../runtime/index.js';

/** Longest time that a lease, a check or a lock may be given: what timers can take, about 24.8 days. */
export const MAX_TTL_MS = 2 ** 31 - 1;
/** Longest name of a service, an instance, a tag, a lock. */
export const MAX_NAME_LENGTH = 255;
/** Most tags, and most entries of the metadata, of one instance. */
export const MAX_LABEL_COUNT = 64;
/** Longest value in the metadata, and longest address. */
export const MAX_VALUE_LENGTH = 4096;

/** The error for a value outside its range. */
export function badOption(where: string, value: unknown, expected: string): TroupeError {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
  return new TroupeError('ERR_OPTION', {
    what: `the value is ${shown}`,
    where,
    mend: `give ${expected}`,
  });
}

/** @throws {TroupeError} ERR_OPTION unless it is a number in `[low, high]` */
export function checkedNumber(where: string, value: unknown, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw badOption(where, value, `a number from ${low} to ${high}`);
}

/** @throws {TroupeError} ERR_OPTION unless it is a duration over 0 and up to 2^31 - 1 ms; not NaN, not Infinity */
export function checkedTtl(where: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= MAX_TTL_MS) return value;
  throw badOption(where, value, `milliseconds, more than 0 and at most ${MAX_TTL_MS}`);
}

/** @throws {TroupeError} ERR_OPTION unless it is a text of 1 to 255 characters without NUL */
export function checkedName(where: string, value: unknown): string {
  const isName =
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_NAME_LENGTH &&
    !value.includes('\0');
  if (isName) return value;
  throw badOption(where, value, `a text of 1 to ${MAX_NAME_LENGTH} characters without NUL`);
}

/** @throws {TroupeError} ERR_OPTION unless it is a text of at most 4096 characters */
export function checkedText(where: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_VALUE_LENGTH) return value;
  throw badOption(where, value, `a text of at most ${MAX_VALUE_LENGTH} characters`);
}
