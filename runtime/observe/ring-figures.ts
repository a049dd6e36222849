import { userRingOffset } from '../memory/channel-descriptor.js';
import { headPosition, tailPosition } from '../memory/ring-buffer-descriptor.js';
import type { Observed } from './observed.js';

/** The ring from one thread to another. */
export interface RingFigures {
  readonly from: number;
  readonly to: number;
  /** Bytes published and not read yet. */
  readonly depthBytes: number;
  /** Bytes ever published, modulo 2^32: the difference of two readings is the flow between them. */
  readonly position: number;
}

/** Reads the rings between threads that run; those that were never used are left out. */
export function readRings(observed: Observed): RingFigures[] {
  const offset = userRingOffset(observed.main.config.channel);
  const alive = observed.alive();
  const rings: RingFigures[] = [];
  for (const from of alive) {
    for (const to of alive) {
      const memory = observed.channels[from]?.[to];
      if (memory == null) continue;
      // The head first: it never overtakes the tail that is read after it.
      const head = headPosition(memory, offset);
      const tail = tailPosition(memory, offset);
      if (tail === 0) continue;
      rings.push({ from, to, depthBytes: (tail - head) >>> 0, position: tail >>> 0 });
    }
  }
  return rings;
}
