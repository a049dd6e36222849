/** How the waiting side of a bare exchange waits. */
export type SabWait = 'spin' | 'wait' | 'waitAsync';

/** What a bare thread is given: two words, one for each direction. */
export interface SabSetup {
  readonly words: Int32Array;
  readonly side: 'ping' | 'pong';
  readonly how: SabWait;
}

/** What the pinging side reports of a row; latencies in microseconds, sorted. The other side reports nothing. */
export interface SabReport {
  readonly elapsedNs: number;
  readonly latenciesUs: Float64Array;
}

/** Index of the word that the pinging side writes, and of the other's: on cache lines of their own. */
export const PING = 0;
/** See `PING`. */
export const PONG = 32;
/** Words of both. */
export const SAB_WORDS = 64;
