import type { Put, StreamHead } from '../../runtime/index.js';
import type { Decider } from './aggregate-spec.js';
import { checksum } from './canonical.js';

/** The table of all snapshots, by stream. */
export const SNAPSHOT_TABLE = 'aggregate.snapshots';

/** The state of an aggregate after one of its events. Never the only copy: the events stay. */
export interface Snapshot {
  /** Version of the last event in it. */
  readonly version: number;
  readonly schemaVersion: number;
  /** Of all the rest: a damaged snapshot is not used. */
  readonly checksum: string;
  readonly state: unknown;
}

/** What sets a snapshot, within the transaction that appends the events. */
export function snapshotPut(
  decider: Decider,
  stream: string,
  version: number,
  state: unknown,
): Put {
  const schemaVersion = decider.snapshotSchema;
  const sum = checksumOf(stream, version, schemaVersion, state);
  const value: Snapshot = { version, schemaVersion, checksum: sum, state };
  return { table: SNAPSHOT_TABLE, key: stream, value };
}

/** True when the version passes a multiple of the policy between the two. */
export function isSnapshotDue(decider: Decider, from: number, to: number): boolean {
  return Math.floor(to / decider.snapshotEvery) > Math.floor(from / decider.snapshotEvery);
}

/**
 * The snapshot if it can be trusted: of this stream, of the present schema, with the right checksum, and not
 * newer than the log, as after the log was restored from an older copy. Otherwise undefined: replay.
 */
export function usableSnapshot(
  decider: Decider,
  stream: string,
  head: StreamHead,
  value: unknown,
): Snapshot | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, schemaVersion, checksum: sum, state } = value as Partial<Snapshot>;
  if (decider.snapshotEvery === Number.POSITIVE_INFINITY) return undefined;
  if (schemaVersion !== decider.snapshotSchema) return undefined;
  if (!Number.isInteger(version) || version! < 1 || version! > head.version) return undefined;
  return isIntact(sum, stream, version!, schemaVersion, state) ? (value as Snapshot) : undefined;
}

function isIntact(sum: unknown, ...content: Parameters<typeof checksumOf>): boolean {
  try {
    return checksumOf(...content) === sum;
  } catch {
    return false;
  }
}

function checksumOf(
  stream: string,
  version: number,
  schemaVersion: number,
  state: unknown,
): string {
  return checksum([stream, version, schemaVersion, state]);
}
