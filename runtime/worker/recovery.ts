import type { ActorCell } from '../actor/actor-cell.js';
import type { TimerOwner } from '../actor/cell-host.js';
import { failed } from '../actor/exit-reason.js';
import { type Address, addressKey } from '../ref/address.js';
import { TimerEntry } from '../scheduler/timer-entry.js';
import type { ActorThread } from './actor-thread.js';
import type { ThreadSignal } from './thread-signals.js';

type ThreadDown = Extract<ThreadSignal, { type: 'thread-down' }>;
type Word = Extract<ThreadSignal, { type: 'thread-down' | 'recovery-begun' | 'orphans-gone' }>;

/** How long the children of a dead thread's actors may take to stop before they are killed. */
const ORPHAN_DEADLINE_MS = 5000;

/** Children of actors that died with their thread, while they are being stopped. */
class Orphans implements TimerOwner {
  readonly thread: number;
  readonly serial: number;
  readonly cells: Set<ActorCell>;
  readonly entry = new TimerEntry<TimerOwner>(this);

  constructor(thread: number, serial: number, cells: Set<ActorCell>) {
    this.thread = thread;
    this.serial = serial;
    this.cells = cells;
  }

  expired(): void {
    for (const cell of this.cells) cell.signal({ type: 'kill', final: true });
  }
}

/**
 * What happens when a thread dies, on both sides.
 *
 * *On a thread that goes on*: what the dead one had published is read to the end; its actors that are
 * supervised here are made again on the new thread, suspended, and reported to their supervisors as
 * failed; watches are renewed; links are broken; children of its actors that live here are stopped.
 * Then it tells the new thread that it is done.
 *
 * *On the new thread*: messages for actors that their creator's thread has not made again yet are held
 * back; restarts wait until the children of the former incarnations are gone everywhere.
 */
export class Recovery {
  readonly #thread: ActorThread;
  /** The dead thread that this one replaces; 0 if none. */
  readonly #predecessor: number;
  /** Members whose word is awaited, and the serial of the thread that will give it. */
  readonly #awaited: Map<number, number>;
  readonly #awaitedOrphans: Map<number, number>;
  /** Members that have not begun to send their actors again, by serial. */
  readonly #unaware: Map<number, number>;
  readonly #held = new Map<number, (() => void)[]>();
  /** True while something is held back: what comes after it must not overtake it. */
  hasHeld = false;
  /** Restarts that wait, by the key of their actor. */
  #restarts = new Map<string, () => void>();
  readonly #orphans: Orphans[] = [];
  /** The latest thread of each member that is known to be dead, by serial. */
  readonly #heard = new Map<number, number>();

  /** @param survivors that were told of the predecessor's death: member and serial */
  constructor(
    thread: ActorThread,
    predecessor: number,
    survivors: readonly (readonly [member: number, serial: number])[],
  ) {
    this.#thread = thread;
    this.#predecessor = predecessor;
    this.#awaited = new Map(survivors);
    this.#awaitedOrphans = new Map(survivors);
    this.#unaware = new Map(survivors);
  }

  /** Serial of the latest thread of a member that is known to be dead; 0 for none. */
  deadSerial(member: number): number {
    return this.#heard.get(member) ?? 0;
  }

  get isOver(): boolean {
    return this.#awaited.size === 0 && this.#awaitedOrphans.size === 0;
  }

  /** Another thread says how far it is, or the main thread that one died. */
  heard(word: Word): void {
    if (word.type === 'thread-down') this.threadDown(word);
    else if (word.type === 'recovery-begun') this.recoveryBegun(word.thread, word.serial);
    else this.orphansGone(word.thread, word.serial);
  }

  /**
   * True for a spawn by a creator that did not know of the predecessor's death yet. It decides anew what
   * becomes of that actor, and must not find an incarnation that it did not order.
   */
  voids(creator: number): boolean {
    if (this.#unaware.size === 0) return false;
    for (const serial of this.#unaware.values()) if (serial === creator) return true;
    return false;
  }

  /** `from` knows of the death of `serial`, and sends its actors again from here on. */
  recoveryBegun(from: number, serial: number): void {
    if (serial === this.#predecessor) this.#unaware.delete(from);
  }

  /** True when something is held for actors of that creator, the actor may have been made meanwhile. */
  isHeldFor({ creator }: Address): boolean {
    for (const [member, serial] of this.#awaited) {
      if (serial === creator) return this.#held.has(member);
    }
    return false;
  }

  /** Keeps something for an actor that may still be made again. @returns false when it will not */
  holds(to: Address, retry: () => void): boolean {
    if (this.#awaited.size === 0) return false;
    for (const [member, serial] of this.#awaited) {
      if (serial !== to.creator) continue;
      const held = this.#held.get(member) ?? [];
      held.push(retry);
      this.#held.set(member, held);
      this.hasHeld = true;
      return true;
    }
    return false;
  }

  /** Keeps a restart until the children of former incarnations are gone. */
  gates(to: Address, restart: () => void): boolean {
    if (this.#awaitedOrphans.size === 0) return false;
    this.#restarts.set(addressKey(to), restart);
    return true;
  }

  /**
   * Gives up a restart that waits, because its supervisor wants the actor to end. Without this an orphan
   * could wait for the end of a child whose restart waits for the end of the orphan.
   * @returns false when none waits
   */
  withdraws(to: Address): boolean {
    return this.#restarts.size > 0 && this.#restarts.delete(addressKey(to));
  }

  /** `from` has made all its actors of the dead thread `serial` again. */
  recoveryDone(from: number, serial: number): void {
    if (serial !== this.#predecessor || !this.#awaited.delete(from)) return;
    this.#unaware.delete(from);
    const held = this.#held.get(from) ?? [];
    this.#held.delete(from);
    this.hasHeld = this.#held.size > 0;
    for (const retry of held) retry();
  }

  orphansGone(from: number, serial: number): void {
    if (serial !== this.#predecessor || !this.#awaitedOrphans.delete(from)) return;
    if (this.#awaitedOrphans.size > 0) return;
    const restarts = this.#restarts;
    this.#restarts = new Map();
    for (const restart of restarts.values()) restart();
  }

  /** A thread died. Called on each that lives, the main thread included. */
  threadDown({ thread: dead, serial, error, heads }: ThreadDown): void {
    // Told once more, before the next one starts: what was sent to it since waits in its ring, and is not lost.
    if (this.#heard.get(dead) === serial) return;
    this.#heard.set(dead, serial);
    const thread = this.#thread;
    if (this.#awaited.get(dead) === serial) this.recoveryDone(dead, this.#predecessor);
    if (this.#awaitedOrphans.get(dead) === serial) this.orphansGone(dead, this.#predecessor);
    for (const cell of thread.cells) forgetWatchers(cell, dead, serial);
    thread.mesh.drainFrom(dead);
    thread.mesh.from(dead)?.senderDied(serial);
    thread.mesh.peerDied(dead, serial);
    thread.asks.threadDied(dead, heads[thread.thread] ?? 0, () => error);
    thread.signals.toThread(dead, { type: 'recovery-begun', thread: thread.thread, serial });
    for (const family of [...thread.families]) family.threadDown(dead, error);
    const orphans = new Set<ActorCell>();
    for (const cell of thread.cells) {
      this.#renewWatches(cell, dead, serial, error);
      if (cell.ref.creator === serial) orphans.add(cell);
    }
    // If it died again before the orphans of its former death were gone, they are waited for still.
    for (const former of this.#orphans) {
      if (former.thread === dead) for (const cell of former.cells) orphans.add(cell);
    }
    const generation = thread.spawner.lastOn(dead);
    thread.signals.toThread(dead, {
      type: 'recovery-done',
      thread: thread.thread,
      serial,
      creator: thread.serial,
      generation,
    });
    thread.asks.repeatQueries(dead);
    this.#stopOrphans(new Orphans(dead, serial, orphans));
    // It may have made room in a ring and died before it said so.
    thread.wake();
  }

  #renewWatches(cell: ActorCell, dead: number, serial: number, error: Error): void {
    const watches = cell.extras?.watches;
    if (watches == null) return;
    for (const { actor } of watches.watching.values()) {
      if (actor.thread === dead) {
        this.#thread.signal(actor, { type: 'watch', watcher: cell.ref, lost: error });
      }
    }
    for (const { peer, serial: linked } of watches.links.values()) {
      if (peer.thread !== dead || linked > serial) continue;
      cell.signal({ type: 'link-exit', peer, reason: failed(error) });
    }
  }

  #stopOrphans(orphans: Orphans): void {
    if (orphans.cells.size === 0) {
      this.#reportOrphans(orphans);
      return;
    }
    this.#orphans.push(orphans);
    for (const cell of orphans.cells) cell.signal({ type: 'orphaned' });
    const { wheel, clock } = this.#thread;
    wheel.schedule(orphans.entry, clock.now(), ORPHAN_DEADLINE_MS);
  }

  /** A cell of this thread is gone: perhaps the last orphan of somebody. */
  removed(cell: ActorCell): void {
    for (let i = this.#orphans.length - 1; i >= 0; i--) {
      const orphans = this.#orphans[i]!;
      if (!orphans.cells.delete(cell) || orphans.cells.size > 0) continue;
      this.#orphans.splice(i, 1);
      this.#thread.wheel.cancel(orphans.entry);
      this.#reportOrphans(orphans);
    }
  }

  #reportOrphans({ thread: dead, serial }: Orphans): void {
    const { signals, thread, cells } = this.#thread;
    cells.forget(serial);
    signals.toThread(dead, { type: 'orphans-gone', thread, serial });
  }
}

/** Watchers that were on a thread that died are no more, as incarnations: those to come watch anew. */
function forgetWatchers({ extras }: ActorCell, dead: number, serial: number): void {
  if (extras == null || extras.watches === null) return;
  const { watchers, serials } = extras.watches;
  for (const [id, watcher] of watchers) {
    if (watcher.thread !== dead || serials.get(id)! > serial) continue;
    watchers.delete(id);
    serials.delete(id);
  }
}
