import { memberCount } from '../worker/thread-config.js';
import { type KindFigures, readKinds } from './kind-figures.js';
import type { Observed } from './observed.js';
import { type RingFigures, readRings } from './ring-figures.js';
import { readThread, type ThreadFigures } from './thread-figures.js';

/** All that can be read of a system without a message to any thread, also while threads are stuck. */
export interface Figures {
  readonly system: string;
  /** Monotonic time of the reading. */
  readonly atMs: number;
  /** True where `metrics` is on. */
  readonly isMeasured: boolean;
  readonly threads: readonly ThreadFigures[];
  readonly kinds: readonly KindFigures[];
  readonly rings: readonly RingFigures[];
}

/** Reads everything. Threads that never ran are left out. */
export function readFigures(observed: Observed): Figures {
  const members = Array.from({ length: memberCount(observed.main.config) }, (_, index) => index);
  const threads = members
    .map((member) => readThread(observed, member))
    .filter(({ serial }) => serial !== 0);
  return {
    system: observed.name,
    atMs: observed.main.clock.now(),
    isMeasured: observed.main.config.meters !== null,
    threads,
    kinds: threads.flatMap(({ thread }) => readKinds(observed, thread)),
    rings: readRings(observed),
  };
}
