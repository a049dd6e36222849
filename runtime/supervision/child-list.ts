import { InvariantError } from '../base/assert.js';
import { ChildExtras } from './child-extras.js';
import type { ChildPhase } from './child-phase.js';
import type { ChildPolicy } from './child-policy.js';
import type { ChildId } from './supervisor-protocol.js';

/** What a supervisor knows about one child. Phase and links are written by their owners only. */
export abstract class Child {
  declare readonly id: ChildId;
  declare phase: ChildPhase;
  declare prev: Child | null;
  declare next: Child | null;
  /** What few children need, made at the first need. */
  declare extras: ChildExtras | null;

  // Declared above and written once here, as the fields of a cell: many children come and go.
  constructor(id: ChildId) {
    this.id = id;
    this.phase = 'gone';
    this.prev = null;
    this.next = null;
    this.extras = null;
  }

  abstract readonly policy: ChildPolicy;

  openExtras(): ChildExtras {
    this.extras ??= new ChildExtras();
    return this.extras;
  }

  /** Token of the armed timer; 0 for none. */
  get timerToken(): number {
    return this.extras === null ? 0 : this.extras.timerToken;
  }

  /** A group restart waits for the end of this incarnation. */
  get toHalt(): boolean {
    return this.extras?.toHalt === true;
  }
}

/** Lists up to this length are searched from end to end; longer ones get an index at the first search. */
const SEARCHED_COUNT = 32;

/**
 * The children of a supervisor in start order, which is the order of their ids: a list linked through the
 * children themselves. All operations are O(1), a search in a list that has no index yet excepted.
 */
export class ChildList {
  #head: Child | null = null;
  #tail: Child | null = null;
  #count = 0;
  #lastId = -1;
  #byId: Map<ChildId, Child> | null = null;

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
    return this.#count;
  }

  /** The child of that id, unless it is gone. */
  get(id: ChildId): Child | undefined {
    if (this.#byId === null) {
      if (this.#count <= SEARCHED_COUNT) {
        for (const child of this) if (child.id === id) return child;
        return undefined;
      }
      this.#byId = new Map();
      for (const child of this) this.#byId.set(child.id, child);
    }
    return this.#byId.get(id);
  }

  /** All children in start order. None may go meanwhile. */
  *[Symbol.iterator](): IterableIterator<Child> {
    for (let child = this.#head; child !== null; child = child.next) yield child;
  }

  /**
   * Adds a child behind all others.
   * @throws {InvariantError} if its id is not greater than all before
   */
  append<C extends Child>(child: C, phase: ChildPhase): C {
    if (child.id <= this.#lastId) throw disordered(child, this.#lastId);
    this.#lastId = child.id;
    child.phase = phase;
    child.prev = this.#tail;
    if (this.#tail === null) this.#head = child;
    else this.#tail.next = child;
    this.#tail = child;
    this.#count++;
    if (this.#byId !== null) this.#byId.set(child.id, child);
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
    this.#count--;
    if (this.#byId !== null) this.#byId.delete(child.id);
  }
}

function disordered(child: Child, lastId: ChildId): InvariantError {
  return new InvariantError(`child ${child.id} was added after ${lastId}`);
}
