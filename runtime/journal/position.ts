import { TroupeError } from '../base/errors.js';
import { type Position, START } from './journal.js';

/** The last three digits of a number from 1000, as texts. */
const ENDS: readonly string[] = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));

/** What stands before them, of the number that was asked for last: positions are given out one after the other. */
let thousands = 0;
let beginning = '';

/** The position of the record that was appended as the `sequence`-th of its store, from 1; 0 is START. */
export function positionOf(sequence: number): Position {
  if (sequence < 1000) return sequence === 0 ? START : String(sequence);
  const high = Math.floor(sequence / 1000);
  if (high !== thousands) {
    thousands = high;
    beginning = String(high);
  }
  // Two texts joined: a new text of a number costs a call out of JavaScript.
  return beginning + ENDS[sequence - high * 1000]!;
}

/**
 * The inverse of {@link positionOf}.
 * @throws {TroupeError} ERR_OPTION for a text that no store has given out
 */
export function sequenceOf(position: Position): number {
  if (position === START) return 0;
  const sequence = Number(position);
  if (Number.isSafeInteger(sequence) && sequence > 0 && String(sequence) === position) {
    return sequence;
  }
  throw new TroupeError('ERR_OPTION', {
    what: `'${position}' is no position`,
    where: 'readAll',
    mend: 'use START, or the position of a record or result of the same store',
  });
}
