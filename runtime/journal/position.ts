import { TroupeError } from '../base/errors.js';
import { type Position, START } from './journal.js';

/** The position of the record that was appended as the `sequence`-th of its store, from 1; 0 is START. */
export function positionOf(sequence: number): Position {
  return sequence === 0 ? START : String(sequence);
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
