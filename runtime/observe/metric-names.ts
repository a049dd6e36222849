import type { CounterName } from '../memory/counters.js';
import type { GaugeName, ThreadHistogram } from '../memory/meter-descriptor.js';

/** Counters by the name of their metric; dead letters stand apart, with their reason. */
export const COUNTER_METRICS: Readonly<
  Partial<Record<CounterName, readonly [name: string, help: string]>>
> = {
  sent: ['messages_sent_total', 'Messages given to tell, ask, send, forward, and fired timers.'],
  sentRemote: ['messages_sent_remote_total', 'Of these, sent to another thread.'],
  published: ['messages_published_total', 'Of these, published in a ring.'],
  received: ['messages_received_total', 'Messages taken out of rings.'],
  enqueued: ['messages_enqueued_total', 'Messages put into a mailbox.'],
  handled: ['messages_handled_total', 'Messages whose handler was called.'],
  lostAtMost: ['messages_lost_at_most_total', 'Upper bound of what killed threads took along.'],
  asks: ['asks_total', 'Asks made.'],
  replies: ['ask_replies_total', 'Asks answered in time.'],
  askTimeouts: ['ask_timeouts_total', 'Asks that ran into their deadline.'],
  lateReplies: ['ask_late_replies_total', 'Answers that came too late.'],
  spawned: ['actors_spawned_total', 'Actors made.'],
  terminated: ['actors_terminated_total', 'Actors that ended for good.'],
  failures: ['actor_failures_total', 'Incarnations that failed.'],
  restarts: ['actor_restarts_total', 'Incarnations begun after a failure.'],
  turns: ['turns_total', 'Turns of the scheduler.'],
  parks: ['parks_total', 'Times the thread went to sleep.'],
  bells: ['bells_total', 'Doorbells rung.'],
  bytesPublished: ['bytes_published_total', 'Bytes published into rings.'],
};

/** Gauges by the name of their metric, and what turns their unit into that of the metric. */
export const GAUGE_METRICS: Readonly<
  Partial<Record<GaugeName, readonly [name: string, help: string, factor: number]>>
> = {
  longestTurnMs: ['longest_turn_seconds', 'Longest turn since the thread began.', 1e-3],
  runQueue: ['run_queue_length', 'Actors that wait for a turn.', 1],
  lagMs: ['event_loop_lag_last_seconds', 'How late the last timer was.', 1e-3],
  heapUsedBytes: ['heap_used_bytes', 'Used heap of the thread.', 1],
  heapTotalBytes: ['heap_total_bytes', 'Heap of the thread.', 1],
  heapLimitBytes: ['heap_limit_bytes', 'Limit of the heap.', 1],
  externalBytes: ['external_bytes', 'Memory outside of the heap that it holds.', 1],
  openAsks: ['open_asks', 'Asks without an answer.', 1],
  actors: ['actors', 'Actors that live on the thread.', 1],
};

/** Histograms of threads by the name of their metric, without its unit. */
export const HISTOGRAM_METRICS: Readonly<
  Record<ThreadHistogram, readonly [name: string, help: string]>
> = {
  lag: ['event_loop_lag', 'How late timers are.'],
  mailboxWait: ['mailbox_wait', 'From the mailbox to the handler, sampled.'],
  ask: ['ask', 'From an ask to its answer.'],
  journalTransact: ['journal_transact', 'From a transaction at its writer to the answer.'],
  journalCommit: ['journal_commit', 'A group of transactions, from its begin to its commit.'],
  journalFlush: ['journal_flush', 'Of that, until the store has committed and flushed.'],
};
