import { workerData } from 'node:worker_threads';

/** What a thread of a floor is given. */
export interface FloorSetup {
  /** Module of the program, without its extension. */
  readonly program: string;
  /** Which variant of the work, where a program has several. */
  readonly work: string;
  /** How many steps of the program are taken: 0 is the bare floor. */
  readonly step: number;
  /** As `step`, for the actor that the program uses. */
  readonly localStep: number;
  readonly side: 0 | 1;
  /** Two rings, one for each direction. */
  readonly shared: readonly [SharedArrayBuffer, SharedArrayBuffer];
}

/**
 * The steps of this thread. A thread does one variant and nothing else, so that what V8 learns of it is not
 * spoilt by the others.
 */
export const SETUP = workerData as FloorSetup;

/** What a thread reports of a round. */
export interface FloorReport {
  /** On the clock that all threads share: the first side began, the last one ended. */
  readonly startNs: number;
  readonly endNs: number;
  /** What must be as large as the work says: messages handled, or a sum. */
  readonly handled: number;
  /** Sorted, in microseconds; empty where single exchanges are not measured. */
  readonly latenciesUs: Float64Array;
}

export function report(startNs: number, endNs: number, handled: number): FloorReport {
  return { startNs, endNs, handled, latenciesUs: new Float64Array(0) };
}
