import { checkNames, checkWord } from '../base/check-option.js';
import type { Durability, TransactOptions } from './journal.js';

/** What a caller may wait for, the weakest first. */
export const DURABILITIES: readonly Durability[] = ['memory', 'committed', 'flushed'];

/** Checks how a transaction is to be written. @throws {TroupeError} ERR_OPTION */
export function checkTransactOptions(options: TransactOptions | undefined): void {
  if (options === undefined) return;
  checkNames('transact', options, { durability: true });
  if (options.durability !== undefined) {
    checkWord('transact.durability', options.durability, DURABILITIES);
  }
}
