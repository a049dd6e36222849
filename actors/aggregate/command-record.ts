import { type Put, TroupeError } from '../../runtime/index.js';
import type { Accepted, Rejected } from './execute-result.js';

/** The table of the commands that had an id. */
export const COMMAND_TABLE = 'aggregate.commands';

/** What is kept of a command with an id: enough to answer it again, and to see that it is the same. */
export interface CommandRecord {
  readonly fingerprint: string;
  readonly result: Accepted | Rejected<unknown>;
  /** Its place in the order of the commands of its scope; '' for one that is kept for ever. */
  readonly place: string;
  /** Wall time when it was executed. */
  readonly atMs: number;
}

/** The key of a command id within a scope, a stream or a transaction: no two pairs share one. */
export function commandKey(scope: string, commandId: string): string {
  return `${commandId.length}:${commandId}@${scope}`;
}

/** What sets a record; refused by the store when there is another than the forgotten one that it replaces. */
export function recordPut(
  key: string,
  record: CommandRecord,
  replaced: CommandRecord | undefined,
): Put {
  const expected = replaced === undefined ? 'absent' : { equals: replaced };
  return { table: COMMAND_TABLE, key, value: record, expected };
}

/** The result of the earlier execution. @throws {TroupeError} ERR_AGGREGATE_COMMAND_REUSED */
export function repeated(
  record: CommandRecord,
  fingerprint: string,
  commandId: string,
  where: string,
): Accepted | Rejected<unknown> {
  if (record.fingerprint !== fingerprint) {
    throw new TroupeError('ERR_AGGREGATE_COMMAND_REUSED', {
      what: `command id '${commandId}' was used before for another command`,
      where,
      mend: 'give each command an id of its own, and repeat it unchanged',
    });
  }
  return { ...record.result, isRepeat: true };
}
