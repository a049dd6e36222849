import type { ActorCell } from '../actor/actor-cell.js';
import { type CellReport, reportOf } from '../actor/cell-signals.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ReplyAddress } from '../ref/envelope.js';
import type { ActorThread } from './actor-thread.js';
import type { Edge } from './edge-table.js';
import { MeteredCell } from './metered-cell.js';
import type { HotActor } from './thread-meter.js';

/** What an observer asks a thread for. */
export type ObserverRequest =
  /** How these actors do, each with a page of its children. */
  | {
      readonly type: 'actors';
      readonly refs: readonly AnyRef[];
      readonly offset: number;
      readonly limit: number;
    }
  /** Who waits for whom, and which actors handle the most: at most `limit` of each. */
  | { readonly type: 'survey'; readonly limit: number }
  /** Tells of every message of an actor, until told to stop. */
  | { readonly type: 'trace'; readonly ref: AnyRef; readonly isOn: boolean };

/** An actor that waits for the answer of another one. */
export interface Wait {
  readonly from: AnyRef;
  readonly to: AnyRef;
  readonly forMs: number;
  readonly timeoutMs: number;
  /** True when the asker handles nothing else until the answer is there. */
  readonly holds: boolean;
}

/** How an actor does, in more detail than its own report. */
export interface ActorDetail extends CellReport {
  readonly ref: AnyRef;
  /** How long an async handler has held the turn; known where `metrics` is on. */
  readonly heldForMs: number | undefined;
  /** Turns begun, over all incarnations. */
  readonly turns: number;
  readonly waits: readonly Wait[];
  /** The page of its children that was asked for. */
  readonly page: readonly AnyRef[];
}

/** What one thread knows of its actors as a whole. */
export interface ThreadSurvey {
  readonly waits: readonly Wait[];
  /** Waits beyond the limit. */
  readonly moreWaits: number;
  /** The busiest actors of the last scan; empty where `metrics` is off. */
  readonly hot: readonly HotActor[];
  /** The busiest pairs of its actors and those of other threads; empty where `metrics` is off. */
  readonly edges: readonly Edge[];
}

/** Pairs that are told of one thread. */
const MAX_EDGES = 16;
/** Waits that are told of one actor. */
const MAX_WAITS = 16;

/** Answers an observer: runs between turns of actors, ahead of all messages. */
export function answerObserver(
  thread: ActorThread,
  request: ObserverRequest,
  replyTo: ReplyAddress,
): void {
  thread.post.reply(replyTo, answerTo(thread, request));
}

function answerTo(thread: ActorThread, request: ObserverRequest): unknown {
  switch (request.type) {
    case 'actors':
      return request.refs.map((ref) => {
        const cell = thread.cells.get(ref);
        return cell === undefined ? null : detailOf(thread, cell, request.offset, request.limit);
      });
    case 'survey':
      return surveyOf(thread, request.limit);
    case 'trace':
      return thread.traces.set(request.ref, request.isOn);
  }
}

function detailOf(
  thread: ActorThread,
  cell: ActorCell,
  offset: number,
  limit: number,
): ActorDetail {
  const now = thread.clock.now();
  const waits: Wait[] = [];
  for (let ask = cell.asks; ask !== null && waits.length < MAX_WAITS; ask = ask.next) {
    if (ask.target === null) continue;
    const holds = cell.open && ask.turn === cell.turn && ask.epoch === cell.epoch;
    waits.push({
      from: cell.ref,
      to: ask.target,
      forMs: now - ask.askedAtMs,
      timeoutMs: ask.timeoutMs,
      holds,
    });
  }
  const isHeld = cell.open && cell instanceof MeteredCell && !Number.isNaN(cell.heldSinceMs);
  return {
    ...reportOf(cell),
    ref: cell.ref,
    heldForMs: isHeld ? now - cell.heldSinceMs : undefined,
    turns: cell.turn,
    waits,
    page: limit === 0 ? [] : (cell.family?.refs.slice(offset, offset + limit) ?? []),
  };
}

function surveyOf(thread: ActorThread, limit: number): ThreadSurvey {
  const now = thread.clock.now();
  const waits: Wait[] = [];
  let more = 0;
  for (const ask of thread.asks.pending()) {
    const { by, target } = ask;
    if (by === null || target === null) continue;
    if (waits.length >= limit) {
      more++;
      continue;
    }
    waits.push({
      from: by.ref,
      to: target,
      forMs: now - ask.askedAtMs,
      timeoutMs: ask.timeoutMs,
      holds: by.open && ask.turn === by.turn && ask.epoch === by.epoch,
    });
  }
  const hot = thread.meter?.hot.slice(0, limit) ?? [];
  const edges = thread.meter?.edges.busiest(Math.min(limit, MAX_EDGES)) ?? [];
  return { waits, moreWaits: more, hot, edges };
}
