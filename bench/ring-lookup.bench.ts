import { HashRing, JumpHash, type KeyPlacement, Rendezvous } from 'troupe';
import {
  type Bench,
  type Contest,
  check,
  countOf,
  type Figure,
  nowNs,
  rate,
  type Scale,
  type Subject,
} from './harness.js';

const VIRTUAL_NODES = 100;

/** Looks up `user:0`, `user:1` and so on; the key is made anew each time. */
class Lookups implements Subject {
  readonly name: string;
  readonly #count: number;
  readonly #nodeCount: number;
  readonly #indexOf: (key: string) => number;

  constructor(name: string, nodeCount: number, count: number, indexOf: (key: string) => number) {
    this.name = name;
    this.#count = count;
    this.#nodeCount = nodeCount;
    this.#indexOf = indexOf;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const shares = new Uint32Array(this.#nodeCount);
    const startNs = nowNs();
    for (let i = 0; i < count; i++) shares[this.#indexOf(`user:${i}`)]!++;
    const endNs = nowNs();
    const found = shares.reduce((sum, share) => sum + share, 0);
    check(found === count, () => `${found} of ${count} keys have a node`);
    return [rate(count, endNs - startNs, 'ops/s')];
  }

  async close(): Promise<void> {}
}

/** The ring of the seed: an unordered map of hashes, gone through for the nearest. */
function scanning(ring: HashRing): (key: string) => number {
  const points = new Map<number, number>();
  for (const [index, { id }] of ring.nodes.entries()) {
    for (let point = 0; point < VIRTUAL_NODES; point++) points.set(hashOf(`${id}:${point}`), index);
  }
  return (key) => {
    const hash = hashOf(key);
    let [best, bestDistance] = [0, Number.POSITIVE_INFINITY];
    for (const [point, index] of points) {
      const distance = (point - hash) >>> 0;
      if (distance < bestDistance) [best, bestDistance] = [index, distance];
    }
    return best;
  };
}

function hashOf(text: string): number {
  let hash = 5381;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) >>> 0;
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
}

function contest(nodeCount: number, scanCount: number, scale: Scale): Contest {
  const nodes = Array.from({ length: nodeCount }, (_, index) => ({ id: `node-${index}` }));
  const ring = new HashRing(nodes, { virtualNodes: VIRTUAL_NODES });
  const count = countOf(scale, 2_000_000, 20_000);
  const of = (name: string, placement: KeyPlacement, part = 1): Subject =>
    new Lookups(name, nodeCount, count / part, (key) => placement.indexOf(key));
  return {
    bench: `ring-lookup.${nodeCount}x${VIRTUAL_NODES}`,
    subjects: [
      of('troupe', ring),
      of('troupe/rendezvous', new Rendezvous(nodes), nodeCount),
      of('troupe/jump', new JumpHash(nodes)),
      new Lookups('scan', nodeCount, countOf(scale, scanCount, 200), scanning(ring)),
    ],
  };
}

/** Workload K5, its first half: which of 10 or 100 nodes has a key. */
export const bench: Bench = {
  contests: (scale) => [contest(10, 200_000, scale), contest(100, 10_000, scale)],
};
