import { optionError } from '../../base/check-option.js';
import { type Clock, systemClock } from '../../base/clock.js';
import { steady } from '../steady-clock.js';
import { type BreakerState, INITIAL_STATE } from './breaker-state.js';
import {
  ORIGIN_WORD,
  packState,
  SHARED_BREAKER_BYTES,
  SHARED_GENERATION_MASK,
  STATE_WORD,
  unpackState,
} from './state-word.js';

/** Where the state of a breaker is kept. */
export interface StateCell {
  readonly isShared: boolean;
  /** The present state; the same object as long as nothing has changed. */
  load(): BreakerState;
  /** Puts `to` in the place of `from`, which `load` gave. @returns false when somebody was faster: load again */
  swap(from: BreakerState, to: BreakerState): boolean;
}

/** Generations of a local breaker begin again after so many. */
const LOCAL_GENERATION_MASK = 0x7fff;

/** The state of a breaker that one thread has for itself. */
export class LocalCell implements StateCell {
  readonly isShared = false;
  #state: BreakerState = INITIAL_STATE;

  load(): BreakerState {
    return this.#state;
  }

  swap(_from: BreakerState, to: BreakerState): boolean {
    const generation = to.generation & LOCAL_GENERATION_MASK;
    this.#state = generation === to.generation ? to : { ...to, generation };
    return true;
  }
}

/** The two operations on a shared word, as `Atomics` has them. */
export interface AtomicWord {
  load(): bigint;
  /** @returns what was there before; it was replaced only if that is `expected` */
  compareExchange(expected: bigint, value: bigint): bigint;
}

/** The state of a breaker that all threads see. @thread any, each with a cell of its own */
export class SharedCell implements StateCell {
  readonly isShared = true;
  readonly #word: AtomicWord;
  readonly #originMs: number;
  #seen: bigint;
  #state: BreakerState;

  constructor(word: AtomicWord, originMs: number) {
    this.#word = word;
    this.#originMs = originMs;
    this.#seen = word.load();
    this.#state = unpackState(this.#seen, originMs);
  }

  load(): BreakerState {
    const word = this.#word.load();
    if (word !== this.#seen) this.#see(word);
    return this.#state;
  }

  swap(from: BreakerState, to: BreakerState): boolean {
    if (from !== this.#state) return false;
    const word = packState(
      { ...to, generation: to.generation & SHARED_GENERATION_MASK },
      this.#originMs,
    );
    if (this.#word.compareExchange(this.#seen, word) !== this.#seen) return false;
    this.#see(word);
    return true;
  }

  #see(word: bigint): void {
    this.#seen = word;
    this.#state = unpackState(word, this.#originMs);
  }
}

/** A word of shared memory under the real `Atomics`. */
class MemoryWord implements AtomicWord {
  readonly #words: BigInt64Array;

  constructor(words: BigInt64Array) {
    this.#words = words;
  }

  load(): bigint {
    return Atomics.load(this.#words, STATE_WORD);
  }

  compareExchange(expected: bigint, value: bigint): bigint {
    return Atomics.compareExchange(this.#words, STATE_WORD, expected, value);
  }
}

/**
 * The memory of a breaker for several threads: make it once, send it in messages or as an argument of actors, and
 * give it to a breaker with the same options on each thread.
 */
export function shareBreaker(clock: Clock = systemClock): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(SHARED_BREAKER_BYTES);
  const words = new BigInt64Array(memory);
  const originMs = Math.floor(steady(clock).now());
  words[ORIGIN_WORD] = BigInt(originMs);
  words[STATE_WORD] = packState({ ...INITIAL_STATE, atMs: originMs }, originMs);
  return memory;
}

/**
 * The cell of a breaker.
 * @throws {TroupeError} ERR_OPTION for memory that `shareBreaker` has not made
 */
export function cellOf(shared: SharedArrayBuffer | undefined): StateCell {
  if (shared === undefined) return new LocalCell();
  if (!(shared instanceof SharedArrayBuffer) || shared.byteLength !== SHARED_BREAKER_BYTES) {
    throw optionError('shared', shared, 'what shareBreaker() made');
  }
  const words = new BigInt64Array(shared);
  return new SharedCell(new MemoryWord(words), Number(words[ORIGIN_WORD]));
}
