import { contextOver, startFailed } from '../actor/cell-errors.js';
import type { Definition } from '../actor/definition.js';
import { checkName } from '../actor/names.js';
import type { SpawnOptions } from '../actor/spawn-options.js';
import { TroupeError } from '../base/errors.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import type { Address } from '../ref/address.js';
import type { Message } from '../ref/protocol.js';
import type { ChildExtras } from './child-extras.js';
import { Child } from './child-list.js';
import { type ChildPlan, planOf } from './child-plan.js';
import type { ChildPolicy } from './child-policy.js';
import type { ChildRecord, FamilyHost } from './family-host.js';
import type { SupervisorCore } from './supervisor-core.js';

/** A child that a supervisor declares: the arguments of a spawn, as data. */
export interface ChildSpec {
  readonly definition: Definition<never, never>;
  readonly args: unknown;
  readonly options: SpawnOptions;
}

/** A child of a family: its record, with what its supervisor knows about it. */
export class FamilyChild extends Child implements ChildRecord {
  declare readonly ref: ActorRef<Message>;
  declare readonly plan: ChildPlan;
  declare readonly args: unknown;

  constructor(id: number, ref: ActorRef<Message>, plan: ChildPlan, args: unknown) {
    super(id);
    this.ref = ref;
    this.plan = plan;
    this.args = args;
  }

  get policy(): ChildPolicy {
    return this.plan.policy;
  }

  /** Whether its first start was reported. */
  get hasStarted(): boolean {
    return this.phase === 'running' || this.extras?.hasStarted === true;
  }

  get restarts(): number {
    return this.extras === null ? 0 : this.extras.restarts;
  }
}

/** Families up to this size are searched from end to end; larger ones get an index at the first search. */
const SEARCHED_COUNT = 32;
/** More than the threads of any system. */
const THREADS = 256;
/** Serials of threads that are told apart, and children that a family may have until ids meet. */
const SERIALS = 512;
const IDS_PER_SERIAL = 2 ** 21;

/**
 * The children of one family, by number, by name and by address, in the order of their start. It is the
 * supervisor that keeps them: a child that is taken up here belongs to the family from when it is added there.
 */
export class Children {
  readonly #host: FamilyHost;
  readonly #parent: AnyRef;
  readonly #core: SupervisorCore;
  /** Null until a child has a name. */
  #byName: Map<string, FamilyChild> | null = null;
  /** By {@link placeOf}; null until a large family is searched, because most never are. */
  #byPlace: Map<number, FamilyChild> | null = null;
  #nextIndex = 1;

  constructor(host: FamilyHost, core: SupervisorCore, parent: AnyRef) {
    this.#host = host;
    this.#core = core;
    this.#parent = parent;
  }

  get size(): number {
    return this.#core.childCount;
  }

  get(id: number): FamilyChild | undefined {
    return this.#core.childOf(id) as FamilyChild | undefined;
  }

  named(name: string): FamilyChild | undefined {
    return this.#byName?.get(name);
  }

  /** In the order of their start. None may go meanwhile. */
  [Symbol.iterator](): IterableIterator<FamilyChild> {
    return this.#core.children() as IterableIterator<FamilyChild>;
  }

  /**
   * Takes up a child that is then added to the supervisor: checks its name, definition and policy, and gives it a thread and an address.
   * @throws {TroupeError} ERR_NAME, ERR_NAME_TAKEN, ERR_DEFINITION, ERR_OPTION, ERR_NO_THREAD
   */
  add({ definition, args, options }: ChildSpec): FamilyChild {
    const { name } = options;
    if (name !== undefined) this.#checkFree(name);
    const plan = planOf(definition, options);
    const thread = this.#host.place(options.placement ?? 'same');
    const ref = this.#host.newRef(thread, name === undefined ? undefined : this.#pathOf(name));
    const id = childId(ref.creator, this.#nextIndex++);
    const child = new FamilyChild(id, ref, plan, args);
    if (name !== undefined) this.#keepName(name, child);
    if (this.#byPlace !== null) this.#byPlace.set(placeOf(ref), child);
    return child;
  }

  #checkFree(name: string): void {
    if (this.named(checkName(name)) !== undefined) throw nameTaken(name, this.#parent);
  }

  #pathOf(name: string): string | undefined {
    const base = this.#parent.path;
    return base === undefined ? undefined : `${base}/${name}`;
  }

  #keepName(name: string, child: FamilyChild): void {
    child.openExtras().name = name;
    this.#byName ??= new Map();
    this.#byName.set(name, child);
  }

  /** @throws {TroupeError} ERR_CONTEXT when it is no living child */
  find(ref: AnyRef): FamilyChild {
    const child = this.#search(ref);
    if (child !== undefined) return child;
    throw contextOver(
      `${ref.path ?? ref.id} is no living child of this actor`,
      'give a ref that this actor spawned and that has not terminated',
    );
  }

  #search(ref: AnyRef): FamilyChild | undefined {
    if (this.#byPlace === null) {
      if (this.size <= SEARCHED_COUNT) {
        for (const child of this) if (child.ref.equals(ref)) return child;
        return undefined;
      }
      this.#byPlace = new Map();
      for (const child of this) this.#byPlace.set(placeOf(child.ref), child);
    }
    const child = this.#byPlace.get(placeOf(ref));
    return child?.ref.equals(ref) ? child : undefined;
  }

  /** Frees the name and the address of a child that is gone, or goes with the next step. */
  remove(child: FamilyChild): void {
    const { extras, ref, plan } = child;
    if (this.#byPlace !== null) {
      const place = placeOf(ref);
      // The slot may have been given to a younger child when an end is told twice.
      if (this.#byPlace.get(place) === child) this.#byPlace.delete(place);
    }
    if (extras !== null) this.#removeExtras(extras);
    this.#host.release(ref, plan.pinned);
  }

  #removeExtras({ name, timer }: ChildExtras): void {
    if (name !== undefined) this.#byName!.delete(name);
    if (timer !== null) this.#host.wheel.cancel(timer.entry);
  }
}

/**
 * A child's number in its family. Those that a parent gave before its thread died are not given again by
 * the parent that is made anew: the late end of a former child is nobody's. A small integer for V8, too.
 */
function childId(creator: number, index: number): number {
  return (creator % SERIALS) * IDS_PER_SERIAL + index;
}

/** Thread and slot as one number: different for all children of a family, whose creator is the same thread. */
function placeOf({ thread, slot }: Address): number {
  return slot * THREADS + thread;
}

/** Tells those who wait for a child's start. */
export function settleStart(child: FamilyChild, error: Error | undefined): void {
  // One that starts is running with the next step, which says as much.
  if (error === undefined && child.phase !== 'starting' && child.phase !== 'running') {
    child.openExtras().hasStarted = true;
  }
  if (child.extras !== null) settleWaiting(child, child.extras, error);
}

function settleWaiting(child: FamilyChild, extras: ChildExtras, error: Error | undefined): void {
  for (const { resolve, reject } of extras.waiting) {
    if (error === undefined) resolve();
    else reject(startFailed(child.ref.toString(), error));
  }
  extras.waiting = [];
}

function nameTaken(name: string, parent: AnyRef): TroupeError {
  return new TroupeError('ERR_NAME_TAKEN', {
    what: `a child named '${name}' is alive`,
    where: parent.path ?? parent.id,
    mend: 'wait for its Terminated, or choose another name',
  });
}
