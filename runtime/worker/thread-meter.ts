import { getHeapStatistics } from 'node:v8';
import type { ActorCell } from '../actor/actor-cell.js';
import { CellStatus } from '../actor/lifecycle.js';
import type { Clock } from '../base/clock.js';
import type { DurationMeter, JournalDuration } from '../base/duration-meter.js';
import { CounterIndex } from '../memory/counters.js';
import { recordDuration } from '../memory/histogram.js';
import {
  GaugeIndex,
  KIND_ROWS,
  KindWord,
  kindRowWord,
  meterArea,
  threadHistogramWord,
} from '../memory/meter-descriptor.js';
import { messageOf } from '../ref/envelope.js';
import type { ActorThread } from './actor-thread.js';
import { EdgeTable } from './edge-table.js';
import { KindGauges } from './kind-gauges.js';
import { MeteredCell } from './metered-cell.js';

/** Milliseconds between two ticks. */
export const TICK_MS = 100;
/** Ticks between two looks at the heap. */
const HEAP_EVERY = 10;
/** Actors that one tick looks at: 100,000 take two seconds. */
const SCAN_COUNT = 5000;
/** Messages between two marked ones, when there are that many in a tick. */
const MARK_EVERY = 61;
/** A marked message that was not handled for so long is counted with this wait, and given up. */
const MAX_MARK_MS = 5000;

const LAG = threadHistogramWord('lag');
const WAIT = threadHistogramWord('mailboxWait');
const ASK = threadHistogramWord('ask');

/** Actors that are ranked. */
const HOT_COUNT = 16;

/** An actor that handles many messages. */
export interface HotActor {
  readonly id: string;
  readonly path: string | undefined;
  readonly kind: string;
  readonly thread: number;
  /** Messages handled per second, between the last two scans of all actors. */
  readonly perSecond: number;
  readonly queued: number;
}

/** Stands for no message. */
const NOTHING = Object.freeze({});

/**
 * Measures one thread into its area of shared memory. It exists only where `metrics` is on; then other classes
 * and functions are put in the places of the usual ones, so that the usual ones hold no trace of it.
 */
export class ThreadMeter implements DurationMeter {
  readonly clock: Clock;
  /** Which of its actors talk most to other threads. */
  readonly edges: EdgeTable;
  /** The message whose wait is measured, for handlers to compare with. */
  marked: unknown = NOTHING;
  /** Messages until the next one is marked. */
  untilMark = 1;
  /** The busiest actors of the last complete scan. */
  hot: readonly HotActor[] = [];
  readonly #words: Float64Array;
  readonly #thread: ActorThread;
  readonly #label: (name: string) => number;
  readonly #kinds = new Map<string, KindGauges>();
  readonly #others: KindGauges;
  #markedCell: ActorCell | null = null;
  #markedAtMs = 0.5;
  #tickedAtMs: number;
  #ticks = 0;
  #scan: Iterator<ActorCell> | null = null;
  #ranked: HotActor[] = [];

  constructor(
    meters: SharedArrayBuffer,
    thread: ActorThread,
    clock: Clock,
    label: (name: string) => number,
  ) {
    this.clock = clock;
    this.#thread = thread;
    this.edges = new EdgeTable(
      clock,
      () => thread.port.current?.ref ?? null,
      () => thread.counters[CounterIndex.sentRemote]!,
    );
    this.#label = label;
    this.#words = meterArea(meters, thread.thread);
    this.#words.fill(0);
    this.#others = new KindGauges(this, this.#words, kindRowWord(0));
    this.#words[GaugeIndex.kinds] = 1;
    this.#tickedAtMs = clock.now();
    this.#words[GaugeIndex.sampledAtMs] = this.#tickedAtMs;
  }

  /** What measures a kind: its own row as long as there are any. */
  readonly kind = (name: string): KindGauges => {
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    const row = this.#kinds.size + 1;
    if (row >= KIND_ROWS) return this.#others;
    const word = kindRowWord(row);
    const made = new KindGauges(this, this.#words, word);
    this.#words[word + KindWord.LABEL] = this.#label(name);
    this.#words[GaugeIndex.kinds] = row + 1;
    this.#kinds.set(name, made);
    return made;
  };

  /** A message stands in a mailbox, and its wait is measured from here on. */
  mark(cell: MeteredCell, item: unknown): void {
    this.untilMark = MARK_EVERY;
    if (this.#markedCell !== null) return;
    this.#markedCell = cell;
    this.#markedAtMs = this.clock.now();
    this.marked = messageOf(item);
  }

  /** A handler begins with a message that is the marked one, or the same object sent to another actor. */
  found(): void {
    if (this.#thread.port.current !== this.#markedCell) return;
    recordDuration(this.#words, WAIT, this.clock.now() - this.#markedAtMs);
    this.#unmark();
  }

  #unmark(): void {
    this.#markedCell = null;
    this.marked = NOTHING;
  }

  /** The running handler has returned a promise. */
  held(): void {
    const cell = this.#thread.port.current;
    if (cell instanceof MeteredCell) cell.heldSinceMs = this.clock.now();
  }

  now(): number {
    return this.clock.now();
  }

  record(name: JournalDuration, durationMs: number): void {
    recordDuration(this.#words, threadHistogramWord(name), durationMs);
  }

  /** An ask has been answered. */
  answered(waitedMs: number): void {
    recordDuration(this.#words, ASK, waitedMs);
  }

  /** Runs a turn of the thread and measures it. @returns what the turn returns */
  turn(): boolean {
    const words = this.#words;
    const startMs = this.clock.now();
    words[GaugeIndex.turnStartMs] = startMs;
    const isMoreToDo = this.#thread.turn();
    const tookMs = this.clock.now() - startMs;
    words[GaugeIndex.turnStartMs] = 0;
    words[GaugeIndex.busyMs] = words[GaugeIndex.busyMs]! + tookMs;
    if (tookMs > words[GaugeIndex.longestTurnMs]!) words[GaugeIndex.longestTurnMs] = tookMs;
    words[GaugeIndex.runQueue] = this.#thread.readyCount;
    words[GaugeIndex.openAsks] = this.#thread.asks.size;
    return isMoreToDo;
  }

  /** Called every {@link TICK_MS} by a timer of the event loop, whose lateness is the lag. */
  tick(): void {
    const words = this.#words;
    const now = this.clock.now();
    const lagMs = Math.max(0, now - this.#tickedAtMs - TICK_MS);
    this.#tickedAtMs = now;
    words[GaugeIndex.lagMs] = lagMs;
    recordDuration(words, LAG, lagMs);
    words[GaugeIndex.actors] = this.#thread.cells.size;
    words[GaugeIndex.openAsks] = this.#thread.asks.size;
    if (this.#ticks++ % HEAP_EVERY === 0) this.#showHeap();
    this.#giveUpMark(now);
    this.untilMark = 1;
    this.#others.ticked();
    for (const kind of this.#kinds.values()) kind.ticked();
    this.#scanActors(now);
    words[GaugeIndex.sampledAtMs] = now;
  }

  #showHeap(): void {
    const heap = getHeapStatistics();
    this.#words[GaugeIndex.heapUsedBytes] = heap.used_heap_size;
    this.#words[GaugeIndex.heapTotalBytes] = heap.total_heap_size;
    this.#words[GaugeIndex.heapLimitBytes] = heap.heap_size_limit;
    this.#words[GaugeIndex.externalBytes] = heap.external_memory;
  }

  #giveUpMark(now: number): void {
    const cell = this.#markedCell;
    if (cell === null || now - this.#markedAtMs < MAX_MARK_MS) return;
    // One that was driven out of the mailbox, or ended with its actor, has not waited.
    if (cell.status !== CellStatus.TERMINATED && cell.mailbox.length > 0) {
      recordDuration(this.#words, WAIT, now - this.#markedAtMs);
    }
    this.#unmark();
  }

  #scanActors(now: number): void {
    this.#scan ??= this.#thread.cells[Symbol.iterator]();
    for (let i = 0; i < SCAN_COUNT; i++) {
      const next = this.#scan.next();
      if (next.done === true) {
        this.#scan = null;
        this.hot = this.#ranked;
        this.#ranked = [];
        this.#others.show();
        for (const kind of this.#kinds.values()) kind.show();
        return;
      }
      const cell = next.value;
      (cell.kind?.meter ?? this.#others).seen(cell);
      if (cell instanceof MeteredCell) this.#rank(cell, now);
    }
  }

  /** Keeps the busiest actors of this scan, busiest first. */
  #rank(cell: MeteredCell, now: number): void {
    const turns = cell.turn - cell.seenTurn;
    const sinceMs = now - cell.seenAtMs;
    cell.seenTurn = cell.turn;
    cell.seenAtMs = now;
    if (turns === 0 || !(sinceMs > 0)) return;
    const perSecond = (turns / sinceMs) * 1000;
    const ranked = this.#ranked;
    if (ranked.length >= HOT_COUNT && perSecond <= ranked.at(-1)!.perSecond) return;
    const { ref, recipe, mailbox } = cell;
    const hot: HotActor = {
      id: ref.id,
      path: ref.path,
      kind: recipe.definition.name,
      thread: ref.thread,
      perSecond,
      queued: mailbox.length,
    };
    const place = ranked.findIndex((other) => other.perSecond < perSecond);
    ranked.splice(place < 0 ? ranked.length : place, 0, hot);
    if (ranked.length > HOT_COUNT) ranked.pop();
  }
}
