import { type Put, TroupeError } from '../../runtime/index.js';
import type { Accepted, Rejected } from './execute-result.js';

/** The table of the commands that had an id. */
export const COMMAND_TABLE = 'aggregate.commands';

/** What is kept of a command with an id: enough to answer it again, and to see that it is the same. */
export interface CommandRecord {
  readonly fingerprint: string;
  readonly result: Accepted | Rejected<unknown>;
}

/** The key of a command id within a scope, a stream or a transaction: no two pairs share one. */
export function commandKey(scope: string, commandId: string): string {
  return `${commandId.length}:${commandId}@${scope}`;
}

/** What sets a record; refused by the store when there is one already. */
export function recordPut(key: string, record: CommandRecord): Put {
  return { table: COMMAND_TABLE, key, value: record, expected: 'absent' };
}

/** The result of the earlier execution. @throws {TroupeError} ERR_AGGREGATE_COMMAND_REUSED */
export function repeated(
  found: unknown,
  fingerprint: string,
  commandId: string,
  where: string,
): Accepted | Rejected<unknown> {
  const record = found as CommandRecord;
  if (record.fingerprint !== fingerprint) {
    throw new TroupeError('ERR_AGGREGATE_COMMAND_REUSED', {
      what: `command id '${commandId}' was used before for another command`,
      where,
      mend: 'give each command an id of its own, and repeat it unchanged',
    });
  }
  return { ...record.result, isRepeat: true };
}
