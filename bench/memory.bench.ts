import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Bench, check, countOf, type Figure, type Subject } from './harness.js';

const PROBE = fileURLToPath(new URL('./memory-probe.js', import.meta.url));
const UNIT = 'bytes/actor';

/** A subject each round of which is a fresh process: memory that was given back is never as new. */
class MemorySubject implements Subject {
  readonly name: string;
  readonly #count: number;

  constructor(name: string, count: number) {
    this.name = name;
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const args = ['--expose-gc', PROBE, this.name, String(this.#count)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { rss, heap } = JSON.parse(stdout) as { rss: number; heap: number };
    check(heap > 0, () => `actors take ${heap} bytes`);
    return [
      { suffix: '', value: rss, unit: UNIT },
      { suffix: '.heap', value: heap, unit: UNIT },
    ];
  }

  async close(): Promise<void> {}
}

/** Workload H: actors with one number that have handled one message and idle. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 100_000, 5000);
    const subjects = ['troupe', 'array'].map((name) => new MemorySubject(name, count));
    return [{ bench: 'memory', subjects }];
  },
};
