import type { MessagePort } from 'node:worker_threads';
import type { LoadName } from './loads.js';

/** What a bare worker thread is started with. */
export interface PortSetup {
  readonly ports: readonly MessagePort[];
  /** Objects that it holds as long as it lives, beside the modules of the runtime; 0: a bare thread. */
  readonly heapBytes: number;
}

/** What a bare worker thread is asked to do; ports are numbered in the order they were given. */
export type PortJob =
  | {
      readonly type: 'send';
      readonly port: number;
      readonly load: LoadName;
      readonly count: number;
      readonly burst: number;
      readonly sizeBytes: number;
      /** Messages that go in one array; 1 sends them as they are. */
      readonly batch?: number;
      /** Hands buffers over instead of having them copied. */
      readonly transfer?: boolean;
    }
  | {
      readonly type: 'receive';
      readonly ports: readonly number[];
      readonly load: LoadName;
      readonly count: number;
      /** True when messages come in arrays. */
      readonly batched?: boolean;
    }
  | { readonly type: 'echo'; readonly port: number }
  | {
      readonly type: 'ping';
      readonly port: number;
      readonly count: number;
      /** Bytes that go there and back; an integer does when it is left out. */
      readonly sizeBytes?: number;
    }
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
