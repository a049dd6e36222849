import { asError } from '../base/errors.js';

/**
 * Calls a listener. What it throws is its own defect: told as a warning of the process, where it cannot be missed and
 * breaks nothing.
 * @internal
 */
export function tellListener<E>(listener: (event: E) => void, event: E): void {
  try {
    listener(event);
  } catch (error) {
    process.emitWarning(asError(error));
  }
}
