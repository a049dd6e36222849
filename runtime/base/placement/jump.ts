import { checkNames } from '../check-option.js';
import { hash32 } from '../hash.js';
import { placementHash } from './hash.js';
import {
  badNode,
  checkNodes,
  loadLimit,
  nodesWith,
  noNodes,
  type Placement,
  type PlacementNode,
} from './placement.js';

/** Tries to find another site before all nodes are looked at in order. */
const REPLICA_TRY_COUNT = 64;

/**
 * Jump hashing: perfectly even and without memory, for nodes that have numbers. The order in which they are given
 * counts, nodes are added at the end and taken away there only, and all have the same weight.
 *
 * Source: Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014), with 32-bit arithmetic.
 */
export class JumpHash implements Placement {
  readonly version: number;
  /** In the order given. */
  readonly nodes: readonly PlacementNode[];

  /** @throws {TroupeError} ERR_PLACEMENT_NODE, also for a weight other than 1 */
  constructor(nodes: readonly PlacementNode[], options: { readonly version?: number } = {}) {
    checkNodes(nodes, 'JumpHash');
    checkNames('JumpHash', options, { version: true });
    const uneven = nodes.find(({ weight = 1 }) => weight !== 1);
    if (uneven !== undefined) {
      const what = `the weight of '${uneven.id}' is ${uneven.weight}`;
      throw badNode(what, 'JumpHash', 'use a HashRing or Rendezvous for weights');
    }
    this.version = options.version ?? 1;
    this.nodes = [...nodes];
  }

  indexOf(key: string): number {
    if (this.nodes.length === 0) noNodes('JumpHash.indexOf');
    return jump(placementHash(key), this.nodes.length);
  }

  replicasOf(key: string, count: number): number[] {
    if (this.nodes.length === 0) noNodes('JumpHash.replicasOf');
    const found: number[] = [];
    for (const index of this.#candidates(key)) {
      const { id, site = id } = this.nodes[index]!;
      const isTaken = found.some(
        (each) => (this.nodes[each]!.site ?? this.nodes[each]!.id) === site,
      );
      if (!isTaken) found.push(index);
      if (found.length >= count) break;
    }
    return found;
  }

  boundedIndexOf(key: string, loads: ArrayLike<number>, slack = 0.25): number {
    if (this.nodes.length === 0) noNodes('JumpHash.boundedIndexOf');
    for (const index of this.#candidates(key)) {
      if ((loads[index] ?? 0) + 1 <= loadLimit(this.nodes, loads, index, slack)) return index;
    }
    return this.indexOf(key);
  }

  /** Weight and site of a node that is there already can change; a new one becomes the last. */
  with(node: PlacementNode): JumpHash {
    return new JumpHash(nodesWith(this.nodes, node), { version: this.version + 1 });
  }

  /** @throws {TroupeError} ERR_PLACEMENT_NODE when it is not the last one */
  without(id: string): JumpHash {
    const index = this.nodes.findIndex((node) => node.id === id);
    if (index < 0) return this;
    if (index !== this.nodes.length - 1) {
      const what = `'${id}' is not the last of ${this.nodes.length} nodes`;
      throw badNode(what, 'JumpHash.without', 'use a HashRing or Rendezvous to take any node away');
    }
    return new JumpHash(this.nodes.slice(0, -1), { version: this.version + 1 });
  }

  /** The place of the key, those of its further hashes, then all others in order. */
  *#candidates(key: string): Generator<number> {
    const { length } = this.nodes;
    for (let probe = 0; probe < REPLICA_TRY_COUNT; probe++) {
      yield jump(probe === 0 ? placementHash(key) : hash32(`${key}/${probe}`), length);
    }
    for (let index = 0; index < length; index++) yield index;
  }
}

/** The bucket of a hash among `count`, 1 or more. */
export function jump(hash: number, count: number): number {
  let state = hash;
  let bucket = -1;
  let next = 0;
  while (next < count) {
    bucket = next;
    state = (Math.imul(state, 0x2c9277b5) + 0xac564b05) >>> 0;
    const mixed = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) ^ (state >>> 13)) >>> 0;
    next = Math.floor((bucket + 1) / ((mixed + 1) / 2 ** 32));
  }
  return bucket;
}
