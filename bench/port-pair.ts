import { PortThreads } from './port-threads.js';

/** Two bare worker threads, 0 and 1. */
export class PortPair extends PortThreads {
  constructor(channels: readonly (readonly [number, number])[]) {
    super(2, channels);
  }
}
