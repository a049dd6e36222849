import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { check, type Figure, type Subject } from '../harness.js';
import type { PeerName } from './installed.js';

const PROBE = fileURLToPath(new URL('./memory-probe.js', import.meta.url));
const UNIT = 'bytes/actor';

/** H: each round is a fresh process, as for the other subjects of this bench. */
export class MemorySubject implements Subject {
  readonly name: PeerName;
  readonly #count: number;

  constructor(name: PeerName, count: number) {
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
