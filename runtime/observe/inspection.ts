import type { Edge } from '../worker/edge-table.js';
import type { ActorDetail, Wait } from '../worker/observing.js';
import type { HotActor } from '../worker/thread-meter.js';
import type { PastEvent } from './event-history.js';
import type { Figures } from './figures.js';

/** What part of the tree is looked at. Every field has a default. */
export interface InspectOptions {
  /** Path of the actor to begin with, or its id; `/user` when left out. */
  readonly under?: string;
  /** Levels below it, 0 to 1000; 1000 when left out. */
  readonly depth?: number;
  /** Actors in all, 1 to 10,000; 1000 when left out. What is beyond is counted. */
  readonly limit?: number;
  /** Children of the first actor that are passed over, to page through many; 0 when left out. */
  readonly offset?: number;
  /** Milliseconds that a thread has for each answer; 1000 when left out. A stuck one is waited for once. */
  readonly timeoutMs?: number;
}

/** An actor in the tree. */
export interface ActorNode {
  readonly id: string;
  readonly thread: number;
  readonly path: string | undefined;
  /**
   * `starting`, `running`, `ending`, `suspended`, `terminated`; `gone`: it ended while it was looked for;
   * `unreachable`: its thread does not answer.
   */
  readonly status: ActorDetail['status'] | 'gone' | 'unreachable';
  readonly kind: string | undefined;
  readonly incarnation: number;
  readonly queued: number;
  readonly stashed: number;
  /** Type of the message whose handler holds the turn, and for how long where `metrics` is on. */
  readonly handling: string | undefined;
  readonly heldForMs: number | undefined;
  readonly turns: number;
  /** Whom it waits for. */
  readonly waits: readonly WaitText[];
  /** All its children; `children` may hold fewer. */
  readonly childCount: number;
  readonly children: readonly ActorNode[];
}

/** Who waits for whom, by ids. */
export interface WaitText {
  readonly from: string;
  readonly fromPath: string | undefined;
  readonly to: string;
  readonly toPath: string | undefined;
  readonly forMs: number;
  readonly timeoutMs: number;
  readonly holds: boolean;
}

/** Who talks to whom between threads, by ids. */
export interface EdgeText {
  readonly from: string;
  readonly fromPath: string | undefined;
  readonly fromThread: number;
  readonly to: string;
  readonly toPath: string | undefined;
  readonly toThread: number;
  /** Messages per second, estimated from samples. */
  readonly perSecond: number;
}

/** A system at one moment, or nearly so: threads answer one after another. */
export interface Inspection {
  readonly tree: ActorNode | undefined;
  /** Threads that did not answer within their time. */
  readonly unreachable: readonly number[];
  readonly waits: readonly WaitText[];
  /** Waits that are not listed. */
  readonly moreWaits: number;
  /** Circles of actors that wait for each other, by ids: they end by ERR_ASK_CYCLE or by a deadline. */
  readonly cycles: readonly (readonly string[])[];
  /** The busiest actors, over all threads; none where `metrics` is off. */
  readonly hot: readonly HotActor[];
  /**
   * The pairs of actors on different threads that talk most, busiest first; none where `metrics` is off. Where
   * an actor talks mostly to one other, spawn it with that one's thread as its `placement`.
   */
  readonly edges: readonly EdgeText[];
  readonly figures: Figures;
  /** The last events of supervision, and samples of dead letters, oldest first. */
  readonly events: readonly PastEvent[];
  readonly deadLetters: readonly PastEvent[];
}

/** A wait as text. */
export function waitText({ from, to, forMs, timeoutMs, holds }: Wait): WaitText {
  return {
    from: from.id,
    fromPath: from.path,
    to: to.id,
    toPath: to.path,
    forMs,
    timeoutMs,
    holds,
  };
}

/** A pair as text. */
export function edgeText({ from, to, perSecond }: Edge): EdgeText {
  return {
    from: from.id,
    fromPath: from.path,
    fromThread: from.thread,
    to: to.id,
    toPath: to.path,
    toThread: to.thread,
    perSecond,
  };
}
