import { TroupeError } from '../errors.js';

/** One of those among whom keys are shared out. */
export interface PlacementNode {
  /** Unique among the nodes, 1 to 255 characters. */
  readonly id: string;
  /** How much more it takes than a node of weight 1; above 0, at most 1000; 1 when left out. */
  readonly weight?: number;
  /** What fails together, such as a thread or a machine: replicas lie on distinct sites. Its id when left out. */
  readonly site?: string;
}

/**
 * Who has which key. A placement never changes; a change of nodes makes another, whose version is one
 * higher. Two with the same nodes agree on every key, on whichever thread and in whichever order the nodes came.
 *
 * A place is an index into `nodes`.
 */
export interface Placement {
  /** Counts the changes that led here; requests carry it, so that an old placement is noticed. */
  readonly version: number;
  readonly nodes: readonly PlacementNode[];
  /** The place of a key. @throws {TroupeError} ERR_PLACEMENT_EMPTY */
  indexOf(key: string): number;
  /**
   * The places of a key and its copies, the first as `indexOf`, each on a site of its own: fewer than
   * `count` when there are fewer sites.
   * @param count 1 or more
   * @throws {TroupeError} ERR_PLACEMENT_EMPTY
   */
  replicasOf(key: string, count: number): number[];
  /**
   * The first of the key's places that has room: its load is below `(1 + slack)` times the mean for its weight,
   * the new one counted. Source: Mirrokni, Thorup, Zadimoghaddam, "Consistent Hashing with Bounded Loads" (2016).
   * @param loads of the nodes, by index, in any unit
   * @param slack above 0; 0.25 when left out
   * @throws {TroupeError} ERR_PLACEMENT_EMPTY
   */
  boundedIndexOf(key: string, loads: ArrayLike<number>, slack?: number): number;
  /**
   * The placement with one node more, or with another weight or site of a node it has.
   * @throws {TroupeError} ERR_PLACEMENT_NODE
   */
  with(node: PlacementNode): Placement;
  /** The placement without that node; itself when it has no such node. */
  without(id: string): Placement;
}

/** Greatest weight of a node. */
export const MAX_WEIGHT = 1000;

/** @throws {TroupeError} ERR_PLACEMENT_NODE for a malformed node, or two with one id */
export function checkNodes(nodes: readonly PlacementNode[], where: string): void {
  if (!Array.isArray(nodes)) throw badNode('the nodes are no array', where, "give [{ id: 'a' }]");
  const ids = new Set<string>();
  for (const node of nodes) {
    const { id, weight = 1 } = (node ?? {}) as Partial<PlacementNode>;
    if (typeof id !== 'string' || id === '' || id.length > 255) {
      throw badNode(`the id of a node is ${JSON.stringify(id)}`, where, 'use 1 to 255 characters');
    }
    if (!(typeof weight === 'number' && weight > 0 && weight <= MAX_WEIGHT)) {
      const mend = `use a number above 0, at most ${MAX_WEIGHT}`;
      throw badNode(`the weight of '${id}' is ${String(weight)}`, where, mend);
    }
    if (ids.has(id)) throw badNode(`two nodes are called '${id}'`, where, 'give each its own id');
    ids.add(id);
  }
}

/** @throws {TroupeError} ERR_PLACEMENT_EMPTY */
export function noNodes(where: string): never {
  throw new TroupeError('ERR_PLACEMENT_EMPTY', {
    what: 'a key was placed among no nodes',
    where,
    mend: 'add a node first',
  });
}

/** The nodes with one added or replaced. */
export function nodesWith(
  nodes: readonly PlacementNode[],
  node: PlacementNode,
): readonly PlacementNode[] {
  return nodes.some(({ id }) => id === node.id)
    ? nodes.map((each) => (each.id === node.id ? node : each))
    : [...nodes, node];
}

/** Nodes in the order of their ids by code units, which is the same everywhere. */
export function sortedById(nodes: readonly PlacementNode[]): readonly PlacementNode[] {
  return nodes.toSorted((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
}

/** What a node may carry at most when one load more is given out. */
export function loadLimit(
  nodes: readonly PlacementNode[],
  loads: ArrayLike<number>,
  index: number,
  slack: number,
): number {
  let total = 1;
  let weights = 0;
  for (let each = 0; each < nodes.length; each++) {
    total += loads[each] ?? 0;
    weights += nodes[each]!.weight ?? 1;
  }
  const share = (nodes[index]!.weight ?? 1) / weights;
  return Math.ceil((1 + Math.max(slack, Number.EPSILON)) * total * share);
}

/** An error about a node. */
export function badNode(what: string, where: string, mend: string): TroupeError {
  return new TroupeError('ERR_PLACEMENT_NODE', { what, where, mend });
}
