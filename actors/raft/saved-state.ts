import { deserialize, serialize } from 'node:v8';
import { TroupeError } from '../../runtime/index.js';
import type { SessionRow } from './session-table.js';

/** The data of a snapshot: what the state machine gave, and the sessions. */
export function saveState(state: unknown, sessions: readonly SessionRow[]): Uint8Array {
  return serialize([state, sessions]);
}

/** The state of a machine and the sessions from the data of a snapshot. Throws when they are something else. */
export function readState(data: Uint8Array): readonly [state: unknown, sessions: SessionRow[]] {
  return deserialize(data) as [unknown, SessionRow[]];
}

/** Why the state of a snapshot cannot be taken over. @param cause what was thrown */
export function unreadable(id: number, index: number, bytes: number, cause: unknown): TroupeError {
  return new TroupeError('ERR_RAFT_SNAPSHOT', {
    what: `the snapshot of ${bytes} bytes up to entry ${index} is no state of this state machine`,
    where: `node ${id}`,
    mend: 'let all nodes of the group run the same definition; a state machine must restore what its snapshot gave',
    cause,
  });
}
