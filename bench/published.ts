import type { Anchor } from './report/anchors.js';

/**
 * What others reached on the same work: medians on 2 virtual cores (2.8 GHz), Node 20.20, OTP 25, Go 1.19,
 * tokio 1.24, CAF 0.17, JDK 17. On another machine only their ratios to each other mean something, so
 * what a run measures anew (`postMessage`, the peers of `--peers`) stands here as well.
 *
 * `node-sab` is a bare ring in JavaScript on a SharedArrayBuffer, `c-ring` one between two pinned C threads;
 * `sab-spin`, `sab-wait` and `sab-waitAsync` are exchanges between bare threads that spin or sleep. A round
 * trip wakes two threads: these are twice the 61 and 93 us that one wake-up takes.
 */
const TABLE: readonly (readonly [bench: string, unit: string, figures: string])[] = [
  [
    'tell-local',
    'msg/s',
    'eventemitter3 35.54 M, tokio 14.82 M, go 14.67 M, erlang 6.76 M, caf 2.49 M, xstate 1.96 M, comedy 692.2 k, nact 261.3 k',
  ],
  [
    'pingpong-local',
    'rt/s',
    'tokio 2.71 M, go 1.68 M, erlang 1.03 M, xstate 942.9 k, caf 538.3 k, comedy 365.5 k, nact 210.3 k',
  ],
  [
    'pingpong-cross',
    'rt/s',
    'c-ring 2.15 M, sab-spin 1.66 M, disruptor 1.56 M, go 1.49 M, erlang 59.4 k, tokio 31.2 k, caf 16.1 k, postMessage 11.6 k, comedy 5.2 k',
  ],
  [
    'pingpong-cross.p50',
    'us',
    'sab-spin 0.37, c-ring 0.41, go 0.54, disruptor 0.59, tokio 4.11, erlang 16.01, caf 66.31, postMessage 79.65, sab-wait 122, sab-waitAsync 186',
  ],
  [
    'pingpong-cross.p99',
    'us',
    'c-ring 0.57, sab-spin 0.57, disruptor 0.85, go 0.89, erlang 43.15, tokio 166.92, caf 208.34, postMessage 257.54',
  ],
  [
    'tell-cross-int',
    'msg/s',
    'disruptor 104.51 M, c-ring 78.62 M, node-sab 21.9 M, go 9.66 M, tokio 8.32 M, erlang 3.88 M, caf 2.43 M, postMessage 705.8 k, comedy 74.9 k',
  ],
  [
    'tell-cross-object',
    'msg/s',
    'c-ring 19.34 M, go 7.83 M, tokio 4.04 M, node-sab 3.67 M, caf 1.81 M, erlang 1.53 M, postMessage 394.9 k',
  ],
  [
    'tell-cross-1k',
    'msg/s',
    'c-ring 10.34 M, tokio 1.77 M, go 1.15 M, caf 673.2 k, erlang 617.6 k, node-sab 513 k, postMessage 110 k',
  ],
  [
    'fanin-cross',
    'msg/s',
    'go 9.22 M, tokio 6.82 M, caf 2.96 M, erlang 2.9 M, postMessage 707.4 k',
  ],
  [
    'ring',
    'hops/s',
    'tokio 5.69 M, go 3.45 M, erlang 2.21 M, xstate 1.35 M, caf 1.14 M, nact 348.9 k',
  ],
  ['ring-2', 'hops/s', 'tokio 4.59 M, go 3.1 M, erlang 2.15 M, caf 1 M'],
  [
    'spawn',
    'actors/s',
    'tokio 1.64 M, go 959.6 k, erlang 847.5 k, xstate 252.3 k, caf 191.4 k, nact 47.4 k',
  ],
  ['spawn-2', 'actors/s', 'go 1.05 M, tokio 740.9 k, erlang 443.5 k, caf 6.1 k'],
  [
    'memory',
    'bytes/actor',
    'tokio 872.14, caf 1.3 k, nact 1.9 k, erlang 2.7 k, go 2.8 k, xstate 3.6 k',
  ],
  ['skynet', 's', 'tokio 0.55, go 1.03, erlang 3.1'],
  [
    'ask-cross',
    'req/s',
    'go 1.41 M, erlang 309.7 k, tokio 237.4 k, postMessage 203 k, caf 191.8 k, piscina 48.6 k, comedy 35.5 k',
  ],
  ['breaker-call', 'ops/s', 'seed-rust 25.81 M'],
  ['registry-discover', 'ops/s', 'seed-rust 497.7 k'],
  ['registry-heartbeat', 'ops/s', 'seed-rust 499.6 k'],
  ['ring-lookup.10x100', 'ops/s', 'seed-rust 203.1 k'],
  ['ring-lookup.100x100', 'ops/s', 'seed-rust 18.1 k'],
  ['cache-local.set', 'ops/s', 'seed-rust 796.2 k'],
  ['cache-local.get', 'ops/s', 'seed-rust 796.7 k'],
  ['raft-append', 'entries/s', 'seed-rust 2.66 M'],
  ['broker-queue', 'msg/s', 'seed-rust 790 k'],
  ['broker-by-topic', 'ops/s', 'seed-rust 290 k'],
  ['aggregate-append', 'events/s', 'seed-rust 460 k'],
  ['aggregate-rebuild', 'events/s', 'seed-rust 1.45 M'],
];

const FACTORS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6 };

/** The table as figures in full units. */
export const PUBLISHED: readonly Anchor[] = TABLE.flatMap(([bench, unit, figures]) =>
  figures.split(', ').map((figure) => {
    const [peer = '', value = '', factor = ''] = figure.split(' ');
    return { bench, peer, value: Number(value) * (FACTORS[factor] ?? 1), unit };
  }),
);
