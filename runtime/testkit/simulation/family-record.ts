import type { Node } from './node.js';

/** The children of one incarnation, as their signals show them. */
export class FamilyRecord {
  readonly children = new Map<number, Node>();
  /** Times of the orders to restart, by child. */
  readonly restarts = new Map<Node, number[]>();
  /** The first child, in the order of the start, that has ended by itself. */
  firstFailed = Number.POSITIVE_INFINITY;
  /** The step of the first failure of a child since the last restart; -1 for none. */
  failedStep = -1;
  hasBackoff = false;
  isGivingUp = false;
}

/** Something that must have come true when all is at rest. */
export interface Expectation {
  readonly text: string;
  readonly isMet: () => boolean;
}
