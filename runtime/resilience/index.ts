/**
 * Policies around calls: what to do when the one called is slow, fails, or is asked too much. Each can be used alone,
 * around any function and around `ask`; `pipeline` composes them in the order that works. Decisions are pure and
 * tabled; time, chance and timers can be given.
 *
 * `runtime/resilience/README.md` states the guarantees.
 */

export type { BackoffOptions, Jitter } from './backoff.js';
export type { BreakerOptions, TrialOptions } from './breaker/breaker-options.js';
export type { BreakerPermit } from './breaker/breaker-permit.js';
export {
  type BreakerMetrics,
  CircuitBreaker,
  type PhaseChange,
} from './breaker/circuit-breaker.js';
export type { PhaseName } from './breaker/phase.js';
export { shareBreaker } from './breaker/state-cell.js';
export type { WindowOptions } from './breaker/window.js';
export { Call, type CallOptions } from './call.js';
export {
  type Deadline,
  deadlineAfter,
  earlier,
  NO_DEADLINE,
  refuseLate,
  remainingMs,
  shrink,
} from './deadline.js';
export type { PolicyEnvironment } from './environment.js';
export { Fallback, type FallbackOptions } from './fallback.js';
export { Hedge, type HedgeOptions } from './hedge/hedge.js';
export { isAbort, type JudgeOptions, judgeError, type Verdict } from './judge.js';
export { Bulkhead, type BulkheadOptions } from './limits/bulkhead.js';
export { RateLimiter, type RateLimiterOptions, type RateOptions } from './limits/rate-limiter.js';
export { JournalOnceStore, type OnceJournal } from './once/journal-once-store.js';
export { MemoryOnceStore } from './once/memory-once-store.js';
export { Once, type OnceOptions } from './once/once.js';
export type { OnceRecord, OnceStore } from './once/once-store.js';
export { PIPELINE_ORDER, type Pipeline, type PipelineParts, pipeline } from './pipeline.js';
export type { Operation, Policy } from './policy.js';
export {
  isRejected,
  REJECTION_CODES,
  RejectedError,
  type RejectionCode,
  retryAfterOf,
} from './rejected-error.js';
export { Retry, type RetryEvent, type RetryOptions } from './retry/retry.js';
export { RetryBudget, type RetryBudgetOptions } from './retry/retry-budget.js';
export { RETRY_REFUSALS, type RetryRefusal } from './retry/retry-decision.js';
export { isRetryable, UNKNOWN_CODES, UNTRIED_CODES } from './retry/retryable.js';
export { Timeout, type TimeoutOptions } from './timeout.js';
