import { type Journal, type Put, TroupeError } from '../../runtime/index.js';
import { COMMAND_TABLE, type CommandRecord, commandKey, recordPut } from './command-record.js';
import {
  type CommandOrder,
  type CommandWindow,
  forgetPuts,
  isForgotten,
  NO_ORDER,
  orderPuts,
  placeOf,
  readOrder,
} from './command-window.js';
import type { EventStamp } from './decision.js';

/** The scope of the command ids of transactions. */
const SCOPE = '*';

/** The command id of one transaction: whether it was executed before, and what is written so that it is known later. */
export class TransactionId {
  readonly #commandId: string;
  readonly #key: string;
  readonly #fingerprint: string;
  readonly #window: CommandWindow | null;
  readonly #stamp: EventStamp;
  #replaced: CommandRecord | undefined;
  #order: CommandOrder;
  #attemptCount: number;
  #nowMs: number;

  /** @param fingerprint of all that the transaction says @param window null to remember it for ever */
  constructor(
    commandId: string,
    fingerprint: string,
    window: CommandWindow | null,
    stamp: EventStamp,
  ) {
    this.#commandId = commandId;
    this.#key = commandKey(SCOPE, commandId);
    this.#fingerprint = fingerprint;
    this.#window = window;
    this.#stamp = stamp;
    this.#replaced = undefined;
    this.#order = NO_ORDER;
    this.#attemptCount = 0;
    this.#nowMs = 0;
  }

  /** The result of an earlier execution that is remembered. @throws {TroupeError} ERR_AGGREGATE_COMMAND_REUSED */
  async earlier(journal: Journal): Promise<CommandRecord['result'] | undefined> {
    this.#nowMs = this.#stamp.nowMs();
    this.#replaced = undefined;
    // Of many that run side by side all would forget the same ones, and one succeed: the others forget nothing.
    const forgets = this.#window !== null && this.#attemptCount++ === 0;
    this.#order = forgets ? await readOrder(journal, SCOPE, 1) : NO_ORDER;
    const found = (await journal.get(COMMAND_TABLE, this.#key)) as CommandRecord | undefined;
    if (found === undefined) return undefined;
    if (this.#isForgotten(found)) {
      this.#replaced = found;
      return undefined;
    }
    if (found.fingerprint === this.#fingerprint) return found.result;
    throw new TroupeError('ERR_AGGREGATE_COMMAND_REUSED', {
      what: `command id '${this.#commandId}' was used before for another transaction`,
      mend: 'give each transaction an id of its own, and repeat it unchanged',
    });
  }

  /** What is written with the events. */
  puts(result: CommandRecord['result']): Put[] {
    const atMs = this.#nowMs;
    // The order is that of time; the id makes it the place of just this one.
    const place = this.#window === null ? '' : `${placeOf(atMs)}-${this.#stamp.nextId()}`;
    const record = { fingerprint: this.#fingerprint, result, place, atMs };
    return [
      recordPut(this.#key, record, this.#replaced),
      ...orderPuts(SCOPE, this.#key, record, this.#replaced),
      ...forgetPuts(SCOPE, this.#order, (past) => this.#isForgotten(past), [this.#key]),
    ];
  }

  #isForgotten(command: Pick<CommandRecord, 'place' | 'atMs'>): boolean {
    // Only time: their places are no numbers.
    return isForgotten(command, this.#window, Number.NaN, this.#nowMs);
  }
}
