import type { Bench } from './harness.js';

/** Loads one bench; only its own modules, so that no other bench has warmed up its code. */
type Loader = () => Promise<{ readonly bench: Bench }>;

const BENCHES: Readonly<Record<string, Loader>> = {
  'tell-local': () => import('./tell-local.bench.js'),
  'pingpong-local': () => import('./pingpong-local.bench.js'),
  'pingpong-cross': () => import('./pingpong-cross.bench.js'),
  'tell-cross-int': async () => ({
    bench: (await import('./tell-cross.bench.js')).int,
  }),
  'tell-cross-object': async () => ({
    bench: (await import('./tell-cross.bench.js')).object,
  }),
  'tell-cross-1k': async () => ({
    bench: (await import('./tell-cross.bench.js')).kibibyte,
  }),
  'tell-cross-sizes': async () => ({
    bench: (await import('./tell-cross.bench.js')).sizes,
  }),
  'fanin-cross': () => import('./fanin-cross.bench.js'),
  ring: () => import('./ring.bench.js'),
  spawn: () => import('./spawn.bench.js'),
  memory: () => import('./memory.bench.js'),
  'ask-cross': () => import('./ask-cross.bench.js'),
  pieces: () => import('./pieces.bench.js'),
};

/** All names, in the order of a full run. */
export const BENCH_NAMES: readonly string[] = Object.keys(BENCHES);

/**
 * Loads the bench of that name.
 * @throws {Error} when there is none
 */
export async function loadBench(name: string): Promise<Bench> {
  const load = BENCHES[name];
  if (load === undefined) throw new Error(`no bench is called ${name}`);
  return (await load()).bench;
}
