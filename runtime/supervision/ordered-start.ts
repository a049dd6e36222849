import type { ExitReason } from '../actor/exit-reason.js';
import type { ChildControl } from './child-control.js';
import type { Child } from './child-list.js';

/** Children that failed of one cause while the declared list was starting. */
export interface DeferredExit {
  readonly children: readonly Child[];
  readonly reason: ExitReason;
}

/**
 * The start of a declared list: in order, each child after the one before reported its start. As in OTP,
 * where a supervisor reads no exit signals before its `init` is done, failures of children that had
 * started already wait until the whole list has.
 *
 * Source: `init_children/2` in stdlib's supervisor.erl;
 * https://www.erlang.org/doc/system/sup_princ.html#starting-a-supervisor
 */
export class OrderedStart {
  readonly #children: readonly Child[];
  readonly #deferred: DeferredExit[];
  #index: number;

  /** @param children the declared list, in start order, all `pending` */
  constructor(children: readonly Child[]) {
    this.#children = children;
    this.#deferred = [];
    this.#index = 0;
  }

  /** True for the child whose start is awaited. */
  awaits(child: Child): boolean {
    return this.#children[this.#index] === child;
  }

  /** Keeps a failure for later. */
  defer(exit: DeferredExit): void {
    this.#deferred.push(exit);
  }

  /** The failures kept so far, in the order of their reports. */
  get deferred(): readonly DeferredExit[] {
    return this.#deferred;
  }

  /** Orders the next start if it is time. True when the whole list has started. */
  advance(control: ChildControl): boolean {
    for (;;) {
      const child = this.#children[this.#index];
      if (child === undefined) return true;
      if (child.phase === 'starting') return false;
      if (child.phase === 'pending') {
        control.start(child);
        return false;
      }
      this.#index++;
    }
  }
}
