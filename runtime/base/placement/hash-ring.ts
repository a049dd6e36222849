import { checkNames } from '../check-option.js';
import { hash32 } from '../hash.js';
import { mix32, placementHash } from './hash.js';
import {
  badNode,
  checkNodes,
  loadLimit,
  nodesWith,
  noNodes,
  type Placement,
  type PlacementNode,
  sortedById,
} from './placement.js';
import { RingPoints } from './ring-points.js';

/** How a ring is made. */
export interface HashRingOptions {
  /** Points of a node of weight 1, 1 to 10,000; 160 when left out. */
  readonly virtualNodes?: number;
  /** 1 when left out. */
  readonly version?: number;
}

/** Most points of a ring: the index of a node and a hash together fit a number exactly. */
const MAX_NODES = 2 ** 20;

/**
 * A ring of 32-bit hashes on which each node has many points; a key belongs to the node of the nearest point
 * after one of its two hashes. When a node joins, keys move to it from all the others and nowhere else.
 *
 * With one hash a key the shares deviate by `1 / sqrt(virtualNodes)`, 7.9 % at 160. Of two, the one with the nearer
 * point decides, so a long arc draws less than its length, and it is `1 / sqrt(3 * virtualNodes)`, 4.6 %.
 *
 * Source: Karger et al., "Consistent Hashing and Random Trees" (1997); Appleton and O'Reilly, "Multi-probe
 * consistent hashing" (2015).
 */
export class HashRing implements Placement {
  readonly version: number;
  /** In the order of their ids. */
  readonly nodes: readonly PlacementNode[];
  readonly virtualNodes: number;
  readonly #points: RingPoints;
  readonly #sites: readonly string[];

  /** @throws {TroupeError} ERR_PLACEMENT_NODE, ERR_OPTION */
  constructor(nodes: readonly PlacementNode[], options: HashRingOptions = {}) {
    checkNames('HashRing', options, { virtualNodes: true, version: true });
    const { virtualNodes = 160, version = 1 } = options;
    checkNodes(nodes, 'HashRing');
    if (!Number.isInteger(virtualNodes) || virtualNodes < 1 || virtualNodes > 10_000) {
      throw badNode(`virtualNodes is ${virtualNodes}`, 'HashRing', 'use 1 to 10,000');
    }
    if (nodes.length > MAX_NODES) {
      throw badNode(`${nodes.length} nodes`, 'HashRing', `use at most ${MAX_NODES}`);
    }
    this.version = version;
    this.nodes = sortedById(nodes);
    this.virtualNodes = virtualNodes;
    this.#points = new RingPoints(pointsOf(this.nodes, virtualNodes));
    this.#sites = this.nodes.map(({ id, site }) => site ?? id);
  }

  indexOf(key: string): number {
    if (this.nodes.length < 2) return this.nodes.length === 1 ? 0 : noNodes('HashRing.indexOf');
    const first = placementHash(key);
    const second = mix32(first);
    const points = this.#points;
    const one = points.after(first);
    const other = points.after(second);
    const isFirst = nearer(points, one, first, other, second);
    return points.nodes[isFirst ? one : other]!;
  }

  replicasOf(key: string, count: number): number[] {
    if (this.nodes.length === 0) noNodes('HashRing.replicasOf');
    const found: number[] = [];
    this.#walk(key, (index) => {
      const site = this.#sites[index];
      if (!found.some((each) => this.#sites[each] === site)) found.push(index);
      return found.length >= count;
    });
    return found;
  }

  boundedIndexOf(key: string, loads: ArrayLike<number>, slack = 0.25): number {
    if (this.nodes.length === 0) noNodes('HashRing.boundedIndexOf');
    let chosen = -1;
    this.#walk(key, (index) => {
      if ((loads[index] ?? 0) + 1 > loadLimit(this.nodes, loads, index, slack)) return false;
      chosen = index;
      return true;
    });
    return chosen < 0 ? this.indexOf(key) : chosen;
  }

  with(node: PlacementNode): HashRing {
    const { virtualNodes } = this;
    return new HashRing(nodesWith(this.nodes, node), { virtualNodes, version: this.version + 1 });
  }

  without(id: string): HashRing {
    const left = this.nodes.filter((node) => node.id !== id);
    if (left.length === this.nodes.length) return this;
    const { virtualNodes } = this;
    return new HashRing(left, { virtualNodes, version: this.version + 1 });
  }

  /**
   * Shows the nodes of a key, the nearest first, until `visit` answers true. Both hashes walk round the ring
   * and the nearer of their next points comes first: a node that joins puts itself into this order and
   * changes nothing else of it.
   */
  #walk(key: string, visit: (index: number) => boolean): void {
    const points = this.#points;
    const first = placementHash(key);
    const second = mix32(first);
    let one = points.after(first);
    let other = points.after(second);
    let oneLeft = points.size;
    let otherLeft = points.size;
    const shown = new Uint8Array(this.nodes.length);
    let shownCount = 0;
    while (shownCount < shown.length && oneLeft + otherLeft > 0) {
      const isFirst = otherLeft === 0 || (oneLeft > 0 && nearer(points, one, first, other, second));
      const index = points.nodes[isFirst ? one : other]!;
      if (isFirst) {
        oneLeft--;
        one = points.next(one);
      } else {
        otherLeft--;
        other = points.next(other);
      }
      if (shown[index] === 1) continue;
      shown[index] = 1;
      shownCount++;
      if (visit(index)) return;
    }
  }
}

/** True when point `one` is nearer to its hash than `other` to its own; of equals the lower id is. */
function nearer(
  points: RingPoints,
  one: number,
  first: number,
  other: number,
  second: number,
): boolean {
  const distance = (points.hashes[one]! - first) >>> 0;
  const otherDistance = (points.hashes[other]! - second) >>> 0;
  return distance === otherDistance
    ? points.nodes[one]! <= points.nodes[other]!
    : distance < otherDistance;
}

function pointsOf(nodes: readonly PlacementNode[], virtualNodes: number): Float64Array {
  const counts = nodes.map(({ weight = 1 }) => Math.max(1, Math.round(virtualNodes * weight)));
  const points = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  for (const [index, { id }] of nodes.entries()) {
    for (let point = 0; point < counts[index]!; point++) {
      points[at++] = hash32(`${id}/${point}`) * MAX_NODES + index;
    }
  }
  return points;
}
