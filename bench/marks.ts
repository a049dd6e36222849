/** What a figure is to reach: beside a peer, or by itself. */
export type Mark =
  | {
      readonly bench: string;
      readonly subject: string;
      readonly peer: string;
      /** How many times better than the peer: of throughput its multiple, of latency its part. */
      readonly reach: number;
    }
  | {
      readonly bench: string;
      readonly subject: string;
      /** In the unit of the figure. */
      readonly atMost: number;
    }
  | {
      readonly bench: string;
      readonly subject: string;
      /** In the unit of the figure. */
      readonly atLeast: number;
    };

const beside = (bench: string, peer: string, reach: number, subject = 'troupe'): Mark => ({
  bench,
  subject,
  peer,
  reach,
});

const atMost = (bench: string, limit: number, subject = 'troupe'): Mark => ({
  bench,
  subject,
  atMost: limit,
});

const atLeast = (bench: string, limit: number, subject = 'troupe'): Mark => ({
  bench,
  subject,
  atLeast: limit,
});

/** The marks of this project. `1` is to be ahead of the peer. */
export const MARKS: readonly Mark[] = [
  beside('tell-local', 'tokio', 2),
  beside('pingpong-local', 'tokio', 2),
  beside('pingpong-cross', 'sab-spin', 0.5),
  atMost('pingpong-cross.p50', 1),
  beside('pingpong-cross.p50', 'sab-wait', 1 / 1.5, 'troupe/parked'),
  beside('pingpong-cross.p50', 'sab-waitAsync', 1 / 1.5, 'troupe/parked'),
  beside('tell-cross-int', 'tokio', 3),
  beside('tell-cross-int', 'postMessage', 40),
  beside('tell-cross-object', 'go', 1),
  beside('tell-cross-object', 'postMessage', 20),
  beside('tell-cross-1k', 'tokio', 1),
  beside('fanin-cross', 'go', 1.5),
  beside('ring', 'tokio', 1.5),
  beside('spawn', 'tokio', 1),
  atMost('memory', 400),
  beside('skynet', 'tokio', 1),
  beside('ask-cross', 'go', 1),
  beside('breaker-call', 'seed-rust', 1),
  beside('registry-discover', 'seed-rust', 5),
  beside('registry-heartbeat', 'seed-rust', 5),
  beside('ring-lookup.100x100', 'seed-rust', 200),
  beside('cache-local.set', 'seed-rust', 5),
  beside('cache-local.get', 'seed-rust', 5),
  beside('cache-local.set', 'lru-cache', 0.7, 'troupe/core'),
  beside('cache-local.get', 'lru-cache', 0.7, 'troupe/core'),
  beside('cache-cross', 'ioredis', 5),
  beside('raft-append', 'seed-rust', 1),
  atLeast('raft-core.1024', 1_000_000),
  atLeast('raft-threads.1024', 200_000),
  atMost('raft-threads.1.p50', 1_000),
  atLeast('raft-durable.1024', 30_000),
  atMost('raft-memory', 20),
  beside('journal-append.1.batch', 'lmdb', 1 / 1.3),
  beside('journal-append.64', 'lmdb', 0.8),
  beside('journal-append.1024', 'lmdb', 0.8),
  beside('aggregate-append', 'seed-rust', 2),
  beside('aggregate-rebuild', 'seed-rust', 2),
  atLeast('aggregate-command', 200_000),
  atMost('aggregate-command.p99', 5_000),
  atMost('aggregate-memory', 1_536),
  beside('broker-queue', 'seed-rust', 1),
  beside('broker-by-topic', 'seed-rust', 5),
  beside('broker-by-topic', 'seed-rust', 5, 'troupe/batch'),
  atLeast('broker-queue', 500_000, 'troupe/cross'),
  atLeast('broker-pubsub', 1_500_000),
  atLeast('broker-durable', 50_000),
  atMost('broker-match', 2),
];
