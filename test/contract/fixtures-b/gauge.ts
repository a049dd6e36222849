import { getHeapStatistics } from 'node:v8';
import { defineActor, type Request } from '../../../runtime/index.js';

export type GaugeMessage = Request<{ type: 'measure' }, number>;

/** Bytes of heap in use on this thread, after a collection. */
export function heapBytes(): number {
  for (let i = 0; i < 3; i++) (globalThis as { gc?: () => void }).gc?.();
  return getHeapStatistics().used_heap_size;
}

/** Measures the heap of its thread. */
export const Gauge = defineActor<GaugeMessage>()({
  module: import.meta.url,
  name: 'Gauge',
  init: () => null,
  handlers: { measure: () => heapBytes() },
});
