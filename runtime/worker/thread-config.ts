import type { ChannelSizes } from '../memory/channel-descriptor.js';

/** What every thread of a system is told at its start: plain data, the same for all. */
export interface ThreadConfig {
  readonly systemName: string;
  /** Worker threads, without the main thread and pinned ones. */
  readonly threads: number;
  /** Threads reserved for actors placed `pinned`. */
  readonly pinnedThreads: number;
  readonly channel: ChannelSizes;
  /** Largest encoded message. */
  readonly maxMessageBytes: number;
  /** What a sender holds for one thread whose ring is full. */
  readonly overflowMessages: number;
  readonly overflowBytes: number;
  /** Messages an actor handles before the next actor has its turn. */
  readonly throughput: number;
  /** Time that actors run before rings, timers and senders are looked after again. */
  readonly sliceMs: number;
  /** Time of messages and microtasks before the event loop runs: the bound of I/O latency. */
  readonly ioBudgetMs: number;
  /** How long an idle thread polls before it yields and parks. */
  readonly spinMs: number;
  readonly askTimeoutMs: number;
  /** When an unanswered ask looks for a cycle. */
  readonly askProbeMs: number;
  /** Same-thread messages go through the codec and arrive frozen. */
  readonly strict: boolean;
  /** Failures of promises nobody awaited are attributed to the actor that made them. */
  readonly attributePromises: boolean;
  /** Dead letters of one reason that one thread reports in a second; the rest is only counted. */
  readonly deadLetterEvents: number;
  /** Modules and exports with codecs of the user's classes. */
  readonly codecs: readonly { readonly module: string; readonly name: string }[];
  /** Memory of what is measured: see `memory/meter-descriptor.ts`. Null: nothing is measured. */
  readonly meters: SharedArrayBuffer | null;
  /** Messages carry the trace context under which they are sent. */
  readonly traceContext: boolean;
  /** Messages and asks are spans of OpenTelemetry; `traceContext` is on then. */
  readonly openTelemetry: boolean;
}

/** The member index of the main thread. */
export const MAIN_THREAD = 0;

/** Members of the mesh: main, workers, pinned. */
export function memberCount(config: ThreadConfig): number {
  return 1 + config.threads + config.pinnedThreads;
}

/** Member index of the `n`-th pinned thread. */
export function pinnedMember(config: ThreadConfig, n: number): number {
  return 1 + config.threads + n;
}

/** True for a thread that is reserved for one actor. */
export function isPinned(config: ThreadConfig, member: number): boolean {
  return member > config.threads;
}
