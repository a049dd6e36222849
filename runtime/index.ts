/**
 * Troupe: typed, supervised actors on every core.
 *
 * An actor is a state and handlers that change it, one message at a time. It is reached only through its
 * reference, which works the same from every thread. Actors form a tree: who spawns supervises. Threads
 * are joined by rings in shared memory, one for each ordered pair.
 *
 * Delivery is at most once and in order from one sender to one receiver; what is not delivered becomes a
 * dead letter with a reason. Signals (stop, failure, Terminated) have a lane of their own. When an actor or
 * its thread fails, its supervisor decides by OTP's rules; a restart keeps reference and mail.
 *
 * `runtime/README.md` follows a message and the life of an actor through the files.
 */

export type { CellReport } from './actor/cell-signals.js';
export type { Context } from './actor/context.js';
// What is defined.
export { type ActorSpec, type Definition, defineActor } from './actor/definition.js';
export { durationsOf } from './actor/durations-of.js';
export type { ExitReason } from './actor/exit-reason.js';
export { flushAtStop } from './actor/flush-at-stop.js';
export { type Handlers, NO_REPLY, type NoReply, type Outcome } from './actor/handlers.js';
export { defineJob, type JobDefinition, type OffloadOptions } from './actor/job.js';
export { Requester } from './actor/requester.js';
export type { RestartType } from './actor/restart-type.js';
export type {
  BackoffSettings,
  Placement,
  Shutdown,
  SpawnOptions,
  SupervisionOptions,
} from './actor/spawn-options.js';
export type { TerminatedEvent } from './actor/terminated.js';
export { InvariantError } from './base/assert.js';
export { checkMade } from './base/check-made.js';
export { checkFields, checkNames, type OptionNames } from './base/check-option.js';
// Time and chance, for those who bring their own.
export { type Clock, ManualClock, systemClock } from './base/clock.js';
export type { DurationMeter, JournalDuration } from './base/duration-meter.js';
// Errors, time and chance.
export { ERROR_CODES, type ErrorCode, hasCode, TroupeError } from './base/errors.js';
// For placements that all threads and processes agree on.
// Building blocks for actors that keep time, queues and places.
export { hash32, PiecewiseHash } from './base/hash.js';
// Placements: who has which key.
export { placementHash as hashKey } from './base/placement/hash.js';
export { HashRing, type HashRingOptions } from './base/placement/hash-ring.js';
export { JumpHash } from './base/placement/jump.js';
export type { Placement as KeyPlacement, PlacementNode } from './base/placement/placement.js';
export { Rendezvous } from './base/placement/rendezvous.js';
export { type Random, SeededRandom, systemRandom } from './base/random.js';
// Reliable delivery.
export type {
  DeliveryJournalMessage,
  JournaledMessage,
  JournaledStream,
} from './delivery/delivery-journal.js';
export { DeliveryLog, type DeliveryLogArgs } from './delivery/delivery-log.js';
export type { DeliveryKey } from './delivery/inbox.js';
export type { Reliable } from './delivery/packets.js';
export { Outbox, type OutboxOwner, type ReliableOptions, reliable } from './delivery/reliable.js';
export {
  defineReliableActor,
  deliveryOf,
  type ReceivingOptions,
  type ReliableActorSpec,
} from './delivery/reliable-actor.js';
// Durable state.
export type * from './journal/index.js';
export { JournalState, MemoryJournal, openReads, openStore, START } from './journal/index.js';
export { toStorable } from './journal/storable.js';
export { CircularQueue } from './mailbox/circular-queue.js';
export type { MailboxSettings, OverflowPolicy } from './mailbox/mailbox-options.js';
export type { DeadLetterReason } from './memory/counters.js';
// What can be seen of a system.
export type { Histogram } from './memory/histogram.js';
export type { Dashboard, DashboardOptions } from './observe/dashboard/dashboard.js';
export type { PastEvent } from './observe/event-history.js';
export type { Figures } from './observe/figures.js';
export type {
  ActorNode,
  EdgeText,
  Inspection,
  InspectOptions,
  WaitText,
} from './observe/inspection.js';
export type { KindFigures } from './observe/kind-figures.js';
// Logs.
export { type ActorLog, actorLog, type LogSource } from './observe/log/actor-log.js';
export { type ConsoleLoggerOptions, consoleLogger } from './observe/log/console-logger.js';
export { type LoggedEvents, logEvents } from './observe/log/event-log.js';
export { LOG_LEVELS, type LogFields, type Logger, type LogLevel } from './observe/log/logger.js';
export { type PinoLike, pinoLogger } from './observe/log/pino-logger.js';
export type { TraceListener } from './observe/observer.js';
export {
  type BatchResultLike,
  type FiguresSource,
  type InstrumentLike,
  type MeterLike,
  observeWith,
} from './observe/otel-metrics.js';
export type { RingFigures } from './observe/ring-figures.js';
export type { MeasuredThread, Running, ThreadFigures } from './observe/thread-figures.js';
// References.
export { ActorRef, type AnyRef } from './ref/actor-ref.js';
export type { AskOptions, TellOptions } from './ref/host.js';
export type { Message, Of, ReplyOf, Request, Requests, Tells } from './ref/protocol.js';
// Policies around calls.
export {
  type BackoffOptions,
  type BreakerMetrics,
  type BreakerOptions,
  type BreakerPermit,
  Bulkhead,
  type BulkheadOptions,
  Call,
  type CallOptions,
  CircuitBreaker,
  type Deadline,
  deadlineAfter,
  earlier,
  Fallback,
  type FallbackOptions,
  Hedge,
  type HedgeOptions,
  isAbort,
  isRejected,
  isRetryable,
  type Jitter,
  JournalOnceStore,
  type JudgeOptions,
  judgeError,
  MemoryOnceStore,
  NO_DEADLINE,
  Once,
  type OnceJournal,
  type OnceOptions,
  type OnceRecord,
  type OnceStore,
  type Operation,
  type PhaseChange,
  type PhaseName,
  PIPELINE_ORDER,
  type Pipeline,
  type PipelineParts,
  type Policy,
  type PolicyEnvironment,
  pipeline,
  RateLimiter,
  type RateLimiterOptions,
  type RateOptions,
  REJECTION_CODES,
  RETRY_REFUSALS,
  RejectedError,
  type RejectionCode,
  Retry,
  RetryBudget,
  type RetryBudgetOptions,
  type RetryEvent,
  type RetryOptions,
  type RetryRefusal,
  refuseLate,
  remainingMs,
  retryAfterOf,
  shareBreaker,
  shrink,
  Timeout,
  type TimeoutOptions,
  type TrialOptions,
  UNKNOWN_CODES,
  UNTRIED_CODES,
  type Verdict,
  type WindowOptions,
} from './resilience/index.js';
export { steady } from './resilience/steady-clock.js';
export { TimerEntry } from './scheduler/timer-entry.js';
export { TimerWheel } from './scheduler/timer-wheel.js';
export type { ChildSpec } from './supervision/children.js';
// How it is supervised.
export {
  childSpec,
  defineSupervisor,
  type SupervisorSpec,
} from './supervision/define-supervisor.js';
// The system.
export { ActorSystem } from './system/actor-system.js';
export type {
  ActorFailed,
  ActorRestarted,
  DamagedRecord,
  EventStream,
  SystemEvents,
  ThreadBlocked,
  ThreadDied,
  ThreadReplaced,
  UserEvent,
} from './system/event-stream.js';
export type { SystemMetrics } from './system/metrics.js';
export { runJob } from './system/offload-pool.js';
export type { SystemOptions } from './system/options.js';
export type { PoolOptions } from './system/router.js';
export { Router } from './system/router.js';
export type { Routing } from './system/routing.js';
export type { PhaseReport, StopReport } from './system/shutdown.js';
export { type CodecDefinition, defineCodec } from './worker/codecs.js';
export type { DeadLetter } from './worker/dead-letter-office.js';
// For bundles, which must export these again, so that threads find them there: see the README.
export { default as threadMain } from './worker/entry.js';
export type { ResourceLimits } from './worker/thread-host.js';
export type { HotActor } from './worker/thread-meter.js';
export { currentTrace, type TraceContext, withTrace } from './worker/trace-context.js';
export type { TracedMessage } from './worker/traces.js';
