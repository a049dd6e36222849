import type { Position } from '../../runtime/index.js';

/** What every event is: plain data with a `type`, so that the events of an aggregate are a discriminated union. */
export type DomainEvent = { readonly type: string };

/** An event as it lies in the journal: the event of the user, and what is known about it. */
export interface StoredEvent<E = unknown> {
  /** Unique in the store. */
  readonly id: string;
  /** Schema version of its type when it was written. */
  readonly schemaVersion: number;
  /** Wall time in milliseconds. Information, never order. */
  readonly recordedAt: number;
  /** What all events of one affair share; '' when nobody said. */
  readonly correlationId: string;
  /** Id of the command or event that caused it; '' when nobody said. */
  readonly causationId: string;
  /** The event itself, its `type` included. */
  readonly event: E;
}

/** An event read back: brought to the present schema, with its place. */
export interface RecordedEvent<E = unknown> extends StoredEvent<E> {
  /** Id of the aggregate, without its kind. */
  readonly aggregateId: string;
  /** 1 for the first event of the aggregate. */
  readonly version: number;
  /** Place in the order of all commits; '' inside the transaction that writes it. */
  readonly position: Position;
}

/** The stream of an aggregate in the journal. A kind has no `/` in its name, an id may have. */
export function streamOf(kind: string, id: string): string {
  return `${kind}/${id}`;
}

/** The id of the aggregate whose stream this is; undefined for streams of other kinds. */
export function aggregateIdOf(kind: string, stream: string): string | undefined {
  return stream.startsWith(`${kind}/`) ? stream.slice(kind.length + 1) : undefined;
}
