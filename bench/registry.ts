import { FEATURE_NAMES } from './feature-names.js';
import { benchOf, FLOORS, floorName } from './floors/floors.js';
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
  'tell-cross-sizes': () => import('./tell-cross-sizes.bench.js'),
  'fanin-cross': () => import('./fanin-cross.bench.js'),
  'mesh-all': async () => ({ bench: (await import('./threads.bench.js')).mesh }),
  threads: async () => ({ bench: (await import('./threads.bench.js')).pairs }),
  actors: () => import('./actors.bench.js'),
  ring: () => import('./ring.bench.js'),
  'ring-2': async () => ({ bench: (await import('./ring.bench.js')).spread }),
  spawn: () => import('./spawn.bench.js'),
  'spawn-2': async () => ({ bench: (await import('./spawn.bench.js')).spread }),
  skynet: () => import('./skynet.bench.js'),
  memory: () => import('./memory.bench.js'),
  'ask-cross': () => import('./ask-cross.bench.js'),
  'latency-cross': () => import('./latency-cross.bench.js'),
  'io-fairness': () => import('./io-fairness.bench.js'),
  'idle-cpu': () => import('./idle-cpu.bench.js'),
  ...Object.fromEntries(
    FEATURE_NAMES.map((name): [string, Loader] => [
      `features.${name}`,
      async () => ({ bench: (await import('./features.bench.js')).featureBench(name) }),
    ]),
  ),
  pieces: () => import('./pieces.bench.js'),
  'tell-cross-observed': () => import('./observed.bench.js'),
  'journal-append': () => import('./journal-append.bench.js'),
  'breaker-call': () => import('./breaker.bench.js'),
  'registry-discover': async () => ({ bench: (await import('./registry.bench.js')).discover }),
  'registry-heartbeat': async () => ({ bench: (await import('./registry.bench.js')).heartbeat }),
  'ring-lookup': () => import('./ring-lookup.bench.js'),
  'cache-local': () => import('./cache-local.bench.js'),
  'cache-cross': () => import('./cache-cross.bench.js'),
  'cache-hitrate': () => import('./cache-hitrate.bench.js'),
  'aggregate-command': () => import('./aggregate-command.bench.js'),
  'aggregate-append': async () => ({
    bench: (await import('./aggregate-append.bench.js')).append,
  }),
  'aggregate-rebuild': async () => ({
    bench: (await import('./aggregate-append.bench.js')).rebuild,
  }),
  'aggregate-memory': () => import('./aggregate-memory.bench.js'),
  'broker-queue': () => import('./broker-queue.bench.js'),
  'broker-by-topic': () => import('./broker-by-topic.bench.js'),
  'broker-pubsub': () => import('./broker-pubsub.bench.js'),
  'broker-match': () => import('./broker-match.bench.js'),
  'broker-durable': () => import('./broker-durable.bench.js'),
  'broker-depth': () => import('./broker-depth.bench.js'),
  'raft-core': () => import('./raft-core.bench.js'),
  'raft-append': async () => ({ bench: (await import('./raft-core.bench.js')).append }),
  'raft-threads': () => import('./raft-threads.bench.js'),
  'raft-memory': () => import('./raft-memory.bench.js'),
  'raft-failover': () => import('./raft-failover.bench.js'),
  'raft-durable': async () => ({ bench: (await import('./raft-threads.bench.js')).durable }),
  ...Object.fromEntries(
    Object.keys(FLOORS).map((name): [string, Loader] => [
      floorName(name),
      async () => {
        const { floorBench } = await import('./floors/floor.bench.js');
        return { bench: floorBench(name, await loadBench(benchOf(name))) };
      },
    ]),
  ),
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
