import t from 'tap';
import { runProcess } from './support/run-process.js';
import { mib, scaled } from './support/scale.js';

interface Quarter {
  readonly heaps: readonly number[];
  readonly rss: number;
  readonly arrayBuffers: number;
  readonly external: number;
  readonly handles: Readonly<Record<string, number>>;
  readonly cells: number;
}

const MB = 2 ** 20;

/**
 * What is repeated and how often, and the most that may be added in the second half to what was there after
 * the first: bytes of the heap of each thread after a collection, and of the whole process, which the
 * allocator and V8 let breathe. Buffers, shared ones among them, and handles may not grow at all.
 */
const WORK: Readonly<
  Record<string, { readonly count: number; readonly heapBytes: number; readonly rssBytes: number }>
> = {
  spawns: { count: scaled(20_000, 100_000), heapBytes: MB, rssBytes: 32 * MB },
  asks: { count: scaled(100_000, 1_000_000), heapBytes: MB, rssBytes: 32 * MB },
  threads: { count: scaled(12, 200), heapBytes: MB, rssBytes: 48 * MB },
  systems: { count: scaled(12, 100), heapBytes: MB, rssBytes: 48 * MB },
};
/** A port or two that are being closed when they are counted. */
const BUFFER_BYTES = 64 * 1024;

for (const [what, { count, heapBytes, rssBytes }] of Object.entries(WORK)) {
  t.test(
    `memory, buffers and handles are as flat after ${count} ${what} as after half of them`,
    async (t) => {
      const args = [what, String(count)];
      const { code, said, stderr } = await runProcess('leaks-script', args, ['--expose-gc']);
      t.match({ code, stderr }, { code: 0, stderr: '' });
      const quarters = said.filter((line) => 'quarter' in line) as unknown as Quarter[];
      const [, half, , end] = quarters as [Quarter, Quarter, Quarter, Quarter];
      for (const [thread, bytes] of end.heaps.entries()) {
        const grown = bytes - half.heaps[thread]!;
        t.ok(grown < heapBytes, `the heap of thread ${thread} grew by ${grown} bytes`);
      }
      const grown = (key: 'rss' | 'arrayBuffers' | 'external'): number => end[key] - half[key];
      t.ok(grown('rss') < rssBytes, `the process grew by ${mib(grown('rss'))}`);
      t.ok(grown('arrayBuffers') < BUFFER_BYTES, `buffers grew by ${grown('arrayBuffers')} bytes`);
      t.ok(grown('external') < MB, `external memory grew by ${grown('external')} bytes`);
      t.same(end.handles, half.handles, 'the same handles');
      t.equal(end.cells, half.cells, 'the same actors');
      t.equal(said.at(-1)?.['clean'], true);
      const series = quarters.map(({ rss }) => mib(rss)).join(', ');
      const heaps = end.heaps.map((bytes, thread) => mib(bytes - half.heaps[thread]!)).join(', ');
      t.comment(
        `${count} ${what}: rss ${series} after each quarter; heaps in the second half +${heaps}`,
      );
    },
  );
}
