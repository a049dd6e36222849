export type { AggregateState } from './aggregate-effect.js';
export type { AggregatesOptions, CommandIdOptions } from './aggregate-options.js';
export { AGGREGATE_PHASES, type AggregatePhase } from './aggregate-phase.js';
export { AggregateRef } from './aggregate-ref.js';
export type {
  AggregateSpec,
  InlineProjection,
  InlinePut,
  OldEvent,
  Rejection,
  SnapshotPolicy,
  Upcaster,
} from './aggregate-spec.js';
export {
  Aggregates,
  type AggregatesAddress,
  aggregates,
  openAggregates,
} from './aggregates.js';
export { type CatchUpOptions, eventsAfter } from './catch-up.js';
export { type AggregateDefinition, defineAggregate } from './define-aggregate.js';
export { defineProjection, type ProjectionDefinition } from './define-projection.js';
export type {
  Accepted,
  ExecuteOptions,
  ExecuteResult,
  Overloaded,
  Rejected,
  VersionConflict,
} from './execute-result.js';
export type { JournalSource, Opener } from './journal-source.js';
export { loadAggregate } from './load-aggregate.js';
export { Projection, type ProjectOptions, project } from './projection.js';
export type { ProjectionStatus } from './projection-runner.js';
export type { ProjectionErrorPolicy, ProjectionSpec } from './projection-spec.js';
export type { SetAsideEvent } from './projection-tables.js';
export type { ShardCensus } from './protocol.js';
export type { DomainEvent, RecordedEvent, StoredEvent } from './recorded-event.js';
export { given } from './test-kit.js';
export {
  type TransactAggregatesOptions,
  type TransactAggregatesResult,
  type TransactionStep,
  transactAggregates,
} from './transact-aggregates.js';
