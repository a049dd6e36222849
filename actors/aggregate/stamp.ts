import type { EventStamp } from './decision.js';

/** Numbers that a prefix is drawn from: with two draws about 100 bits. */
const PREFIX_RANGE = 2 ** 50;

/** A prefix of ids that nobody else draws. @param random a number in `[0, 1)` */
export function idPrefix(random: () => number): string {
  const draw = (): string => Math.floor(random() * PREFIX_RANGE).toString(36);
  return `${draw()}${draw()}`;
}

/**
 * Ids and times for events: a prefix and a counter. The wall clock is read for the record only, never to
 * measure.
 */
export function eventStamp(prefix: string): EventStamp {
  let count = 0;
  return {
    nextId: () => `${prefix}-${(count++).toString(36)}`,
    nowMs: () => Date.now(),
  };
}
