import { Child } from '../../runtime/supervision/child-list.js';
import type { ChildPolicy } from '../../runtime/supervision/child-policy.js';

/** A child with nothing behind it. */
export class PlainChild extends Child {
  readonly policy: ChildPolicy;

  constructor(id: number, policy: ChildPolicy) {
    super(id);
    this.policy = policy;
  }
}
