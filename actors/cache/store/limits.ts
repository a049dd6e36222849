import { TroupeError } from '../../../runtime/index.js';
import type { WriteCondition } from '../protocol.js';

/** Longest time to live, 24.8 days; Infinity means that an entry does not expire. */
export const MAX_TTL_MS = 2 ** 31;
/** Longest key and tag, in UTF-16 units. */
export const MAX_KEY_LENGTH = 1024;

const CONDITIONS: readonly unknown[] = ['always', 'absent', 'present'];

/** @throws {TroupeError} ERR_CACHE_KEY */
export function checkKey(key: string, where: string): void {
  if (typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY_LENGTH) return;
  throw new TroupeError('ERR_CACHE_KEY', {
    what:
      typeof key === 'string'
        ? `a key or tag has ${key.length} characters`
        : `a key or tag is of type ${typeof key}`,
    where,
    mend: `use a string of 1 to ${MAX_KEY_LENGTH} characters; hash what is longer`,
  });
}

/** A copy of a list of tags. @throws {TroupeError} ERR_CACHE_KEY, also for one text: its letters are no tags */
export function checkTags(tags: readonly string[], where: string): readonly string[] {
  if (!Array.isArray(tags)) {
    throw new TroupeError('ERR_CACHE_KEY', {
      what: `tags is ${String(tags)}`,
      where,
      mend: 'give a list of texts',
    });
  }
  for (const tag of tags) checkKey(tag, where);
  return [...tags];
}

/** @throws {TroupeError} ERR_OPTION unless a write can depend on it */
export function checkWhen(when: WriteCondition, where: string): void {
  if (typeof when === 'number' ? when >= 0 : CONDITIONS.includes(when)) return;
  throw new TroupeError('ERR_OPTION', {
    what: `the condition is ${String(when)}`,
    where,
    mend: `use ${CONDITIONS.join(', ')} or a version`,
  });
}

/** @throws {TroupeError} ERR_CACHE_TTL unless it is above 0 and at most 2^31, or Infinity */
export function checkTtl(name: string, ttlMs: number, where: string): number {
  if (typeof ttlMs === 'number' && ttlMs > 0 && (ttlMs <= MAX_TTL_MS || ttlMs === Infinity)) {
    return ttlMs;
  }
  throw new TroupeError('ERR_CACHE_TTL', {
    what: `${name} is ${String(ttlMs)}`,
    where,
    mend: 'use milliseconds above 0, at most 2^31 (24.8 days), or Infinity; delete what is to go at once',
  });
}

/** @throws {TroupeError} ERR_OPTION unless it is a number from `least` to `most` */
export function checkRange(name: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new TroupeError('ERR_OPTION', {
    what: `${name} is ${String(value)}`,
    where: 'cache',
    mend: `use a number from ${least} to ${most}`,
  });
}
