import type { LoadName } from './loads.js';

/** What a bare worker thread is asked to do; ports are numbered in the order they were given. */
export type PortJob =
  | {
      readonly type: 'send';
      readonly port: number;
      readonly load: LoadName;
      readonly count: number;
      readonly burst: number;
      readonly sizeBytes: number;
    }
  | {
      readonly type: 'receive';
      readonly ports: readonly number[];
      readonly load: LoadName;
      readonly count: number;
    }
  | { readonly type: 'echo'; readonly port: number }
  | { readonly type: 'ping'; readonly port: number; readonly count: number }
  | { readonly type: 'serve'; readonly port: number }
  | {
      readonly type: 'request';
      readonly port: number;
      readonly count: number;
      readonly outstanding: number;
    };

/** What it answers; each job fills in what it knows. */
export interface PortResult {
  readonly startNs: number;
  readonly endNs: number;
  readonly sum: number;
  /** Microseconds of single round trips, sorted. */
  readonly latenciesUs: Float64Array;
}

/** From the main thread to a worker. */
export interface PortOrder {
  readonly id: number;
  readonly job: PortJob;
}

/** From a worker: it listens now, or it has finished. */
export interface PortReport {
  readonly id: number;
  readonly result: Partial<PortResult> | undefined;
}
