import type { Durability, ExpectedVersion } from '../../runtime/index.js';
import type { RecordedEvent } from './recorded-event.js';

/** How a command is executed. */
export interface ExecuteOptions {
  /**
   * What must be true of the aggregate: its exact version, `noStream` (it has no events), `streamExists`, or
   * `any` (the rules in `decide` suffice).
   */
  readonly expected: ExpectedVersion;
  /**
   * Makes the command idempotent: the same id again gives the same result without executing it again; the same
   * id with another command is an error. Remembered as `commandIds` of `aggregates` says: as long as the store.
   */
  readonly commandId?: string;
  /**
   * How often the command is decided again when somebody else wrote in between and the expectation still
   * holds; 3 when left out, 0 for never.
   */
  readonly retries?: number;
  readonly correlationId?: string;
  readonly causationId?: string;
}

/** The command was executed; its events, if any, are as safe as `durability` says. */
export interface Accepted {
  readonly ok: true;
  /** Version of the aggregate after it. */
  readonly version: number;
  /** Events it led to. */
  readonly eventCount: number;
  readonly durability: Durability;
  /** True for the result of an earlier execution with the same command id. */
  readonly isRepeat: boolean;
}

/** The rules of the aggregate refused the command. */
export interface Rejected<X> {
  readonly ok: false;
  readonly reason: 'rejected';
  readonly error: X;
  readonly version: number;
  readonly isRepeat: boolean;
}

/** The expectation did not hold; nothing was written. */
export interface VersionConflict<E> {
  readonly ok: false;
  readonly reason: 'conflict';
  readonly expected: ExpectedVersion;
  /** What the version really is. */
  readonly actual: number;
  /** The events that the asker did not expect, at most 1000. */
  readonly since: readonly RecordedEvent<E>[];
}

/** As many commands as may wait for this aggregate do so: try again later. */
export interface Overloaded {
  readonly ok: false;
  readonly reason: 'full';
  readonly waitingCount: number;
}

/** What became of a command. */
export type ExecuteResult<E, X> = Accepted | Rejected<X> | VersionConflict<E> | Overloaded;

/** True when the expectation holds at a version. */
export function holdsAt(expected: ExpectedVersion, version: number): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'noStream':
      return version === 0;
    case 'streamExists':
      return version > 0;
    default:
      return expected === version;
  }
}

/** The last version that the asker knew of, as far as the expectation tells. */
export function knownVersion(expected: ExpectedVersion, version: number): number {
  if (typeof expected === 'number') return Math.min(expected, version);
  return expected === 'noStream' ? 0 : version;
}
