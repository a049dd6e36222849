import type { Durability, Position, StreamHead } from './journal.js';

/** What must be true of a stream for an append: an exact version (`0` is `noStream`), or less. */
export type ExpectedVersion = number | 'noStream' | 'streamExists' | 'any';

/**
 * Records to put at the end of a stream. With no values nothing but the epoch is written, and the
 * expectations are checked all the same.
 */
export interface Append {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly values: readonly unknown[];
  /**
   * Fences writers of former incarnations: an epoch lower than the stream's is refused, a higher one becomes
   * the stream's. Absent: not checked.
   */
  readonly epoch?: number;
}

/** What must be true of a table's key for a put: `any`, no value, a value, or a value deeply equal to this. */
export type ExpectedValue = 'any' | 'absent' | 'present' | { readonly equals: unknown };

/** Sets or, with `value` undefined, deletes a key. */
export interface Put {
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
  readonly expected?: ExpectedValue;
}

/** Forgets the records of a stream before a version, and, with `tombstone`, closes it for ever. */
export interface Truncate {
  readonly stream: string;
  /** First version that is kept; one beyond the last record forgets them all. The version goes on counting. */
  readonly before: number;
  readonly tombstone?: boolean;
}

/**
 * Written as one: all or nothing. All expectations are checked first, then appends apply, then puts, then
 * truncates. A stream may be named once in `appends` and once in `truncates`, a key once. Plain data. Names of streams
 * and keys are 1 to 1024 bytes of UTF-8, of tables 1 to 256, of streams and tables without U+0000.
 */
export interface Transaction {
  readonly appends?: readonly Append[];
  readonly puts?: readonly Put[];
  readonly truncates?: readonly Truncate[];
}

/** Why nothing was written. */
export type Conflict =
  | {
      readonly kind: 'version' | 'epoch' | 'tombstone';
      readonly stream: string;
      readonly expected: ExpectedVersion;
      /** What the stream really is like. */
      readonly actual: StreamHead;
    }
  | {
      readonly kind: 'value';
      readonly table: string;
      readonly key: string;
      readonly actual: unknown;
    };

/** What became of a transaction. */
export type TransactionResult =
  | {
      readonly ok: true;
      /** How safe it is now. */
      readonly durability: Durability;
      /** Place of its last record in the order of all commits; of the last commit before it if it has none. */
      readonly position: Position;
      /** Version of each stream appended to, in the order of `appends`. */
      readonly versions: readonly number[];
    }
  | { readonly ok: false; readonly conflict: Conflict };
