import type { ActorCell } from '../actor/actor-cell.js';
import type { AnyHandler } from '../actor/handlers.js';
import type { KindMeter } from '../actor/kind-meter.js';
import { recordDuration } from '../memory/histogram.js';
import { KindWord } from '../memory/meter-descriptor.js';
import type { ThreadMeter } from './thread-meter.js';

/** One message of this many is timed, once a tick has had its share: two clock readings cost as much as a message. */
const TIMED_EVERY = 64;
/** Messages of a kind that are all timed within one tick, so that rare ones are seen too. */
const TIMED_PER_TICK = 32;

/**
 * The row of one kind on this thread. Its wrapped handlers count every message, and time the first ones of each
 * tick and one of {@link TIMED_EVERY} after these. An async handler is timed until its promise settles.
 */
export class KindGauges implements KindMeter {
  readonly #meter: ThreadMeter;
  readonly #words: Float64Array;
  readonly #row: number;
  #untilTimed = 1;
  #timedInTick = 0;
  // What the scan of all actors has found so far.
  #actors = 0;
  #queued = 0;
  #longest = 0;

  /** @param row word at which the row begins */
  constructor(meter: ThreadMeter, words: Float64Array, row: number) {
    this.#meter = meter;
    this.#words = words;
    this.#row = row;
  }

  wrap(handler: AnyHandler): AnyHandler {
    const meter = this.#meter;
    const words = this.#words;
    const messages = this.#row + KindWord.MESSAGES;
    return (state, message, context) => {
      words[messages] = words[messages]! + 1;
      if (message === meter.marked) meter.found();
      if (--this.#untilTimed <= 0) return this.#timed(handler, state, message, context);
      const result = handler(state, message, context);
      if (result !== undefined && result instanceof Promise) meter.held();
      return result;
    };
  }

  #timed(handler: AnyHandler, state: unknown, message: unknown, context: unknown): unknown {
    const { clock } = this.#meter;
    this.#untilTimed = ++this.#timedInTick < TIMED_PER_TICK ? 1 : TIMED_EVERY;
    const startMs = clock.now();
    const record = (): void => {
      recordDuration(this.#words, this.#row + KindWord.HANDLER, clock.now() - startMs);
    };
    let result: unknown;
    try {
      result = handler(state, message, context);
    } catch (error) {
      record();
      throw error;
    }
    if (result instanceof Promise) {
      this.#meter.held();
      result.then(record, record);
    } else record();
    return result;
  }

  failed(): void {
    this.#add(KindWord.FAILURES);
  }

  restarted(): void {
    this.#add(KindWord.RESTARTS);
  }

  /** A tick of the meter: the next messages are timed again. */
  ticked(): void {
    this.#timedInTick = 0;
    this.#untilTimed = 1;
  }

  /** The scan has come to an actor of this kind. */
  seen(cell: ActorCell): void {
    const length = cell.queuedCount;
    this.#actors++;
    this.#queued += length;
    if (length > this.#longest) this.#longest = length;
  }

  /** The scan has seen all actors: shows what it found, and begins anew. */
  show(): void {
    const words = this.#words;
    words[this.#row + KindWord.ACTORS] = this.#actors;
    words[this.#row + KindWord.QUEUED] = this.#queued;
    words[this.#row + KindWord.LONGEST] = this.#longest;
    this.#actors = 0;
    this.#queued = 0;
    this.#longest = 0;
  }

  #add(word: number): void {
    this.#words[this.#row + word] = this.#words[this.#row + word]! + 1;
  }
}
