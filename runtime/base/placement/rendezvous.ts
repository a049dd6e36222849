import { checkNames } from '../check-option.js';
import { mix32, placementHash } from './hash.js';
import {
  checkNodes,
  loadLimit,
  nodesWith,
  noNodes,
  type Placement,
  type PlacementNode,
  sortedById,
} from './placement.js';

/**
 * Each node has a score for each key, and the highest has it. Shares are even, no memory is needed, and only
 * the keys of a node that goes or comes move; a lookup costs a few nanoseconds for each node, so it is
 * for some dozens of them.
 *
 * Source: Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates" (1998); weights by
 * Schindelhauer and Schomaker, "Weighted Distributed Hash Tables" (2005).
 */
export class Rendezvous implements Placement {
  readonly version: number;
  /** In the order of their ids. */
  readonly nodes: readonly PlacementNode[];
  readonly #seeds: Uint32Array;
  readonly #weights: Float64Array;
  readonly #sites: readonly string[];

  /** @throws {TroupeError} ERR_PLACEMENT_NODE */
  constructor(nodes: readonly PlacementNode[], options: { readonly version?: number } = {}) {
    checkNodes(nodes, 'Rendezvous');
    checkNames('Rendezvous', options, { version: true });
    this.version = options.version ?? 1;
    this.nodes = sortedById(nodes);
    this.#seeds = Uint32Array.from(this.nodes, ({ id }) => placementHash(id));
    this.#weights = Float64Array.from(this.nodes, ({ weight }) => weight ?? 1);
    this.#sites = this.nodes.map(({ id, site }) => site ?? id);
  }

  indexOf(key: string): number {
    if (this.nodes.length === 0) noNodes('Rendezvous.indexOf');
    const hash = placementHash(key);
    let best = 0;
    let bestScore = -1;
    for (let index = 0; index < this.nodes.length; index++) {
      const score = this.#score(hash, index);
      if (score <= bestScore) continue;
      best = index;
      bestScore = score;
    }
    return best;
  }

  replicasOf(key: string, count: number): number[] {
    if (this.nodes.length === 0) noNodes('Rendezvous.replicasOf');
    const found: number[] = [];
    for (const index of this.#ranked(key)) {
      if (found.length >= count && found.length > 0) break;
      const site = this.#sites[index];
      if (!found.some((each) => this.#sites[each] === site)) found.push(index);
    }
    return found;
  }

  boundedIndexOf(key: string, loads: ArrayLike<number>, slack = 0.25): number {
    if (this.nodes.length === 0) noNodes('Rendezvous.boundedIndexOf');
    const ranked = this.#ranked(key);
    const hasRoom = (index: number): boolean =>
      (loads[index] ?? 0) + 1 <= loadLimit(this.nodes, loads, index, slack);
    return ranked.find(hasRoom) ?? ranked[0]!;
  }

  with(node: PlacementNode): Rendezvous {
    return new Rendezvous(nodesWith(this.nodes, node), { version: this.version + 1 });
  }

  without(id: string): Rendezvous {
    const left = this.nodes.filter((node) => node.id !== id);
    if (left.length === this.nodes.length) return this;
    return new Rendezvous(left, { version: this.version + 1 });
  }

  /** All nodes, the highest score first, of equal ones the lower id. */
  #ranked(key: string): number[] {
    const hash = placementHash(key);
    const scores = this.nodes.map((_, index) => this.#score(hash, index));
    return scores
      .map((_, index) => index)
      .sort((one, other) => scores[other]! - scores[one]! || one - other);
  }

  /** Above 0: `-weight / ln(u)`, `u` evenly spread over `(0, 1)`. */
  #score(hash: number, index: number): number {
    const u = (mix32(hash ^ this.#seeds[index]!) + 0.5) / 2 ** 32;
    return -this.#weights[index]! / Math.log(u);
  }
}
