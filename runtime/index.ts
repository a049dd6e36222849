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
export type { ExitReason } from './actor/exit-reason.js';
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
// Errors, time and chance.
export { ERROR_CODES, type ErrorCode, hasCode, TroupeError } from './base/errors.js';
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
export type { MailboxSettings, OverflowPolicy } from './mailbox/mailbox-options.js';
export type { DeadLetterReason } from './memory/counters.js';
// References.
export { ActorRef, type AnyRef } from './ref/actor-ref.js';
export type { AskOptions, TellOptions } from './ref/host.js';
export type { Message, ReplyOf, Request, Requests, Tells } from './ref/protocol.js';
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
