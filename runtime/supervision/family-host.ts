import type { CellHost } from '../actor/cell-host.js';
import type { Placement } from '../actor/spawn-options.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { Address } from '../ref/address.js';
import type { Message } from '../ref/protocol.js';
import type { ChildPlan } from './child-plan.js';

/** A child as its family keeps it: all that is needed to make it again on another thread. */
export interface ChildRecord {
  readonly id: number;
  readonly ref: ActorRef<Message>;
  readonly plan: ChildPlan;
  readonly args: unknown;
  /** Restarts ordered so far: the incarnation that a cell made again goes on from. */
  readonly restarts: number;
}

/** What a family needs of its thread, beyond what a cell needs. `worker/` implements it. */
export interface FamilyHost extends CellHost {
  /** @throws {TroupeError} ERR_STOPPED once the system stops */
  assertAccepting(what: string): void;
  /** The thread for a new actor. @throws {TroupeError} ERR_OPTION, ERR_NO_THREAD */
  place(placement: Placement): number;
  /** The reference of a new actor on that thread, with an address of its own. */
  newRef(thread: number, path: string | undefined): ActorRef<Message>;
  /** The actor of that address is gone: it may be given again, and its pinned thread with it. */
  release(address: Address, pinned: boolean): void;
  /** A free gauge, for routers; 0 when there is none. */
  claimGauge(): number;
  releaseGauge(word: number): void;
  /**
   * Makes the cell of a child, here or on its thread.
   * @param suspended without an incarnation, waiting for the verdict: its thread has died
   * @throws {TroupeError} ERR_NOT_SENDABLE when the arguments cannot travel
   */
  startChild(record: ChildRecord, parent: AnyRef, suspended: boolean): void;
  /** Families that have children, so that all of them hear of a thread's death. */
  register(family: ThreadWatcher): void;
  unregister(family: ThreadWatcher): void;
}

/** Something that has to know when a thread dies. */
export interface ThreadWatcher {
  threadDown(thread: number, error: Error): void;
}
