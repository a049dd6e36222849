import type { DomainEvent, RecordedEvent } from './recorded-event.js';

/** A command that was refused by the rules of the aggregate: a value of the user's own, told apart by `code`. */
export type Rejection = { readonly code: string };

/** An event as an older version of the program wrote it. */
export type OldEvent = Readonly<Record<string, unknown>>;

/** Brings an event from one schema version to the next. Pure. It may give another `type`. */
export type Upcaster = (event: OldEvent) => OldEvent;

/** A value to set in a table, or with `undefined` to delete, in the transaction that appends the event. */
export interface InlinePut {
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
}

/** A projection in the transaction of the events. Pure. @param state after the event */
export type InlineProjection<E, S> = (event: RecordedEvent<E>, state: S) => readonly InlinePut[];

/** When the state is kept beside the events, so that a replay need not begin at the first one. */
export interface SnapshotPolicy {
  /** A snapshot each time the version passes a multiple of this; at least 1. */
  readonly every: number;
  /** Version of the shape of the state. Snapshots of another one are not used. */
  readonly schemaVersion: number;
}

/**
 * What a user writes about a kind of aggregate: a decider (Chassaing, "Functional Event Sourcing Decider").
 * `decide` and `evolve` are pure: they change none of their arguments and use no clock, no chance, no I/O.
 * State, commands and events are plain data.
 *
 * @typeParam C commands @typeParam E events @typeParam S state
 * @typeParam R what `decide` returns: events, or a rejection
 */
export interface AggregateSpec<C, E extends DomainEvent, S, R extends readonly E[] | Rejection> {
  /** `import.meta.url` of the module that exports the definition. */
  readonly module: string;
  /** Name of that export; also the kind of the aggregate, the first part of its streams' names. */
  readonly name: string;
  /** The state before the first event. */
  readonly initial: S;
  /** The events that the command leads to, none if nothing changes, or why it is refused. */
  readonly decide: (state: NoInfer<S>, command: C) => R;
  /** The state after an event. Must not refuse: what was decided has happened. */
  readonly evolve: (state: NoInfer<S>, event: E) => NoInfer<S>;
  /** Every type of event with its present schema version, 1 for one that never changed. */
  readonly events: { readonly [T in E['type']]: number };
  /** For each type whose version is n: the upcasters from 1, 2, ... n - 1. Retired types too, if they lead to living ones. */
  readonly upcasters?: { readonly [type: string]: readonly Upcaster[] };
  /** What a replay does with a type that is not in `events`; `error` when left out. */
  readonly unknownEvents?: 'error' | 'skip';
  /** None when left out. */
  readonly snapshot?: SnapshotPolicy;
  readonly inline?: readonly InlineProjection<E, NoInfer<S>>[];
}

/** A checked spec whose types no longer matter: what the machinery works with. */
export interface Decider {
  /** The name of the definition. */
  readonly kind: string;
  readonly initial: unknown;
  readonly decide: (state: unknown, command: unknown) => readonly DomainEvent[] | Rejection;
  readonly evolve: (state: unknown, event: DomainEvent) => unknown;
  /** Present schema version of each type. */
  readonly versions: ReadonlyMap<string, number>;
  readonly upcasters: ReadonlyMap<string, readonly Upcaster[]>;
  readonly skipsUnknown: boolean;
  /** Infinity for no snapshots. */
  readonly snapshotEvery: number;
  readonly snapshotSchema: number;
  readonly inline: readonly InlineProjection<DomainEvent, unknown>[];
}
