import { InvariantError } from '../base/assert.js';
import type { ChildPhase } from './child-phase.js';
import type { ChildPolicy } from './child-policy.js';
import type { ChildId, DeclaredChild } from './supervisor-protocol.js';

/** What a supervisor knows about one child. Phase, links and timer are written by their owners only. */
export class Child {
  /** As it was added. */
  readonly declared: DeclaredChild;
  /** Position in start order: greater is later. */
  readonly order: number;
  phase: ChildPhase;
  prev: Child | null;
  next: Child | null;
  /** Token of the armed timer; 0 for none. */
  timerToken: number;
  /** Restarts in a row that count for the backoff. */
  attempts: number;
  /**
   * When the present incarnation reported its start; -1 if it has not. Kept only where there is a backoff to ask
   * for it: a number with fractions takes memory of its own.
   */
  startedAtMs: number;
  /** A group restart waits for the end of this incarnation. */
  toHalt: boolean;

  constructor(declared: DeclaredChild, order: number, phase: ChildPhase) {
    this.declared = declared;
    this.order = order;
    this.phase = phase;
    this.prev = null;
    this.next = null;
    this.timerToken = 0;
    this.attempts = 0;
    this.startedAtMs = -1;
    this.toHalt = false;
  }

  get id(): ChildId {
    return this.declared.id;
  }

  get policy(): ChildPolicy {
    return this.declared.policy;
  }
}

/** The children of a supervisor in start order: a linked list with an index. All operations are O(1). */
export class ChildList {
  readonly #byId = new Map<ChildId, Child>();
  #head: Child | null = null;
  #tail: Child | null = null;
  #nextOrder = 0;

  /** The child that was started first. */
  get head(): Child | null {
    return this.#head;
  }

  /** The child that was started last. */
  get tail(): Child | null {
    return this.#tail;
  }

  /** Children, those on their way out included. */
  get count(): number {
    return this.#byId.size;
  }

  /** The child of that id, unless it is gone. */
  get(id: ChildId): Child | undefined {
    return this.#byId.get(id);
  }

  /** All children in start order; those that go meanwhile are left out. */
  [Symbol.iterator](): IterableIterator<Child> {
    return this.#byId.values();
  }

  /**
   * Adds a child behind all others.
   * @throws {InvariantError} if the id is in use
   */
  append(declared: DeclaredChild, phase: ChildPhase): Child {
    const { id } = declared;
    if (this.#byId.has(id)) throw new InvariantError(`child ${id} was added twice`);
    const child = new Child(declared, this.#nextOrder++, phase);
    child.prev = this.#tail;
    if (this.#tail === null) this.#head = child;
    else this.#tail.next = child;
    this.#tail = child;
    this.#byId.set(id, child);
    return child;
  }

  /** Takes a child out of the list; it must be in it. */
  unlink(child: Child): void {
    if (child.prev === null) this.#head = child.next;
    else child.prev.next = child.next;
    if (child.next === null) this.#tail = child.prev;
    else child.next.prev = child.prev;
    child.prev = null;
    child.next = null;
    this.#byId.delete(child.id);
  }
}
