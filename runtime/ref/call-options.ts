import { checkNames, type OptionNames } from '../base/check-option.js';
import type { AskOptions } from './host.js';

const NAMES: OptionNames<AskOptions> = { transfer: true, timeoutMs: true, signal: true };

/**
 * Checks the names of the options of a call: a transfer list given bare, as to `postMessage`, a number, or a
 * misspelled field would otherwise be overlooked.
 * @throws {TroupeError} ERR_OPTION
 */
export function checkCallOptions(options: AskOptions | undefined): void {
  if (options !== undefined) checkNames('the options of a call', options, NAMES);
}
