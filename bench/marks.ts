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
    };

const beside = (bench: string, peer: string, reach: number, subject = 'troupe'): Mark => ({
  bench,
  subject,
  peer,
  reach,
});

/** The marks of this project. `1` is to be ahead of the peer. */
export const MARKS: readonly Mark[] = [
  beside('tell-local', 'tokio', 2),
  beside('pingpong-local', 'tokio', 2),
  beside('pingpong-cross', 'sab-spin', 0.5),
  { bench: 'pingpong-cross.p50', subject: 'troupe', atMost: 1 },
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
  { bench: 'memory', subject: 'troupe', atMost: 400 },
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
];
