import { ActorCell } from '../actor/actor-cell.js';
import type { ActorKind } from '../actor/actor-kind.js';
import type { CellRecipe } from '../actor/cell-recipe.js';
import { CellStatus } from '../actor/lifecycle.js';
import type { Origin } from '../actor/origin.js';
import { Readiness } from '../actor/readiness.js';
import type { Placement } from '../actor/spawn-options.js';
import { TroupeError } from '../base/errors.js';
import { StatusWord } from '../memory/control-block-descriptor.js';
import { CounterIndex } from '../memory/counters.js';
import { ActorRef, type AnyRef } from '../ref/actor-ref.js';
import type { Address } from '../ref/address.js';
import type { Message } from '../ref/protocol.js';
import type { ChildRecord } from '../supervision/family-host.js';
import type { ActorThread } from './actor-thread.js';
import { MeteredCell } from './metered-cell.js';
import { RecipeBook } from './recipe-book.js';
import { SlotAllocator } from './slot-allocator.js';
import { MAIN_THREAD, pinnedMember } from './thread-config.js';
import type { ThreadSignal } from './thread-signals.js';

type SpawnSignal = Extract<ThreadSignal, { type: 'spawn' }>;

// Taken out of their tables once: V8 folds a constant of this module, but looks up an imported one at each use.
const { SUSPENDED, STARTING } = CellStatus;
const { SCHEDULED } = Readiness;
const { spawned: SPAWNED } = CounterIndex;

/** Makes actors: chooses their thread and address, and makes their cells here or has them made there. */
export class Spawner {
  readonly #thread: ActorThread;
  readonly #slots: SlotAllocator;
  readonly #recipes: RecipeBook;
  /** The plan of the child started last and the recipe it gave: most are started like the one before. */
  #lastPlan: ChildRecord['plan'] | null = null;
  #lastRecipe: CellRecipe | null = null;

  constructor(thread: ActorThread) {
    this.#thread = thread;
    this.#slots = new SlotAllocator(thread.serial);
    this.#recipes = new RecipeBook(thread.port, (located) => thread.loader.known(located));
  }

  /** The last generation given on that thread. */
  lastOn(thread: number): number {
    return this.#slots.lastOn(thread);
  }

  release(address: Address, pinned: boolean): void {
    this.#slots.release(address);
    if (!pinned) return;
    const signal = { type: 'thread-unused', thread: address.thread } as const;
    this.#thread.signals.toThread(MAIN_THREAD, signal);
  }

  place(placement: Placement): number {
    const { config, control, thread } = this.#thread;
    switch (placement) {
      case 'same':
        return thread;
      case 'main':
        return MAIN_THREAD;
      case 'spread':
        return config.threads === 0 ? MAIN_THREAD : 1 + control.nextSpread(config.threads);
      case 'least-loaded':
        return this.#leastLoaded();
      case 'pinned':
        return this.#takePinned();
      default:
        return this.#numbered(placement);
    }
  }

  #leastLoaded(): number {
    const { config, control } = this.#thread;
    let best = config.threads === 0 ? MAIN_THREAD : 1;
    let least = Number.POSITIVE_INFINITY;
    for (let member = best; member <= config.threads; member++) {
      const load = control.status(member, StatusWord.LOAD);
      if (load < least) {
        least = load;
        best = member;
      }
    }
    return best;
  }

  #takePinned(): number {
    const { config, control } = this.#thread;
    const n = control.takePinned(config.pinnedThreads);
    if (n < 0) {
      throw new TroupeError('ERR_NO_THREAD', {
        what: `all ${config.pinnedThreads} pinned threads are taken`,
        mend: 'raise pinnedThreads, or stop a pinned actor',
      });
    }
    const member = pinnedMember(config, n);
    this.#thread.signals.toThread(MAIN_THREAD, { type: 'thread-wanted', thread: member });
    return member;
  }

  #numbered(placement: number): number {
    const { threads } = this.#thread.config;
    if (Number.isInteger(placement) && placement >= 0 && placement <= threads) return placement;
    throw new TroupeError('ERR_NO_THREAD', {
      what: `placement is ${JSON.stringify(placement)}`,
      mend: `use 'spread', 'same', 'least-loaded', 'main', 'pinned' or a thread from 0 to ${threads}`,
    });
  }

  /** The reference of an actor that is made now. */
  newRef(thread: number, path: string | undefined): ActorRef<Message> {
    return new ActorRef<Message>(this.#thread.post, this.#slots.allocate(thread), path);
  }

  /** A reference; to an actor of this thread always the same object, joined to its mailbox. */
  makeRef(address: Address, path: string | undefined): ActorRef<Message> {
    const { thread, cells, post } = this.#thread;
    if (address.thread === thread) {
      const cell = cells.get(address);
      if (cell !== undefined) return cell.ref;
    }
    return new ActorRef<Message>(post, address, path);
  }

  startChild(record: ChildRecord, parent: AnyRef, suspended: boolean): void {
    const { ref, id, args } = record;
    // Checked where the spawner can hear of it; the child's thread makes its own.
    const recipe = record.plan === this.#lastPlan ? this.#lastRecipe! : this.#recipeOf(record.plan);
    if (ref.thread === this.#thread.thread) {
      const { config, strict } = this.#thread;
      const origin = config.strict ? { id, ref, args: strict.copy(args) } : record;
      this.#make(origin, parent, recipe, suspended, record.restarts);
    } else {
      this.#startThere(record, parent, suspended);
    }
  }

  #recipeOf(plan: ChildRecord['plan']): CellRecipe {
    const { definition, policy, mailbox, gauge } = plan;
    const recipe = this.#recipes.recipe(definition, policy.restart, mailbox, gauge);
    // Once the code is loaded, and without a gauge, a plan has one recipe for good.
    if (recipe.kind !== null && gauge === 0) {
      this.#lastPlan = plan;
      this.#lastRecipe = recipe;
    }
    return recipe;
  }

  #startThere(record: ChildRecord, parent: AnyRef, suspended: boolean): void {
    const { ref, id, args } = record;
    const { definition, policy, mailbox, gauge } = record.plan;
    this.#thread.signals.toThread(ref.thread, {
      type: 'spawn',
      ref,
      parent,
      childId: id,
      module: definition.module,
      name: definition.name,
      args,
      restart: policy.restart,
      mailbox,
      gauge,
      suspended,
      incarnation: record.restarts,
    });
  }

  /** Another thread wants an actor here. */
  spawn(signal: SpawnSignal): void {
    const { ref, parent, childId, module, name, args, restart, suspended } = signal;
    if (this.#thread.recovery.voids(ref.creator)) return;
    if (this.#thread.cells.get(ref) !== undefined) return;
    const recipe = this.#recipes.recipe({ module, name }, restart, signal.mailbox, signal.gauge);
    const origin = { id: childId, ref: ref as ActorRef<Message>, args };
    this.#make(origin, parent, recipe, suspended, signal.incarnation);
  }

  /** The code of an actor has been loaded after the actor was made: now its mailbox is known too. */
  complete(cell: ActorCell, kind: ActorKind): void {
    const { restart, override, gauge } = cell.recipe;
    cell.changeRecipe(this.#recipes.recipe(kind.definition, restart, override, gauge, kind));
  }

  #make(
    origin: Origin,
    parent: AnyRef | null,
    recipe: CellRecipe,
    suspended: boolean,
    incarnation: number,
  ): ActorCell {
    const thread = this.#thread;
    const status = suspended ? SUSPENDED : STARTING;
    const { meter } = thread;
    const cell =
      meter === null
        ? new ActorCell(recipe, origin, parent, status)
        : new MeteredCell(meter, recipe, origin, parent, status);
    if (incarnation > 0) cell.openExtras().incarnation = incarnation;
    // In strict mode messages go through the codec, so the short way into the mailbox stays closed; with
    // trace contexts they go through the post office, which adds these.
    const { strict, traceContext } = thread.config;
    if (!strict && !traceContext) ActorRef.bind(origin.ref, cell);
    thread.cells.add(cell);
    const { counters } = thread;
    counters[SPAWNED] = counters[SPAWNED]! + 1;
    if (suspended) return cell;
    if (thread.port.current === null) {
      cell.schedule();
    } else {
      cell.readiness = SCHEDULED;
      thread.scheduleYoung(cell);
    }
    return cell;
  }

  /** The root of a tree, which has no parent. */
  makeGuardian(
    definition: { module: string; name: string },
    path: string,
    args: unknown,
  ): ActorCell {
    const ref = this.newRef(this.#thread.thread, path);
    const recipe = this.#recipes.recipe(definition, 'temporary', undefined, 0);
    return this.#make({ id: 0, ref, args }, null, recipe, false, 0);
  }
}
