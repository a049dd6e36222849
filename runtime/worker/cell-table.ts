import type { ActorCell } from '../actor/actor-cell.js';
import type { Address } from '../ref/address.js';
import { isLater } from './slot-allocator.js';

/** The actors of one creator that live here. */
class Row {
  readonly cells: (ActorCell | undefined)[] = [];
  count = 0;
  /** The latest generation that was made here: whatever is later is still to come. */
  latest = 0;
}

/** The actors of this thread, by their address: first by creator, then by slot. */
export class CellTable {
  readonly #byCreator = new Map<number, Row>();
  /** The row found last; most messages are for actors of few creators. */
  #lastCreator = -1;
  #lastRow = new Row();
  #size = 0;
  /** What {@link getAgain} was asked for last, and what it found. */
  #lastAddress: Address | null = null;
  #lastCell: ActorCell | null = null;

  get size(): number {
    return this.#size;
  }

  get(address: Address): ActorCell | undefined {
    return this.find(address.creator, address.slot, address.generation);
  }

  /** As `get`, for who asks for the same address object many times in a row; null for none. */
  getAgain(address: Address): ActorCell | null {
    return address === this.#lastAddress ? this.#lastCell : this.#getFirst(address);
  }

  #getFirst(address: Address): ActorCell | null {
    const cell = this.get(address);
    if (cell === undefined) return null;
    this.#lastAddress = address;
    this.#lastCell = cell;
    return cell;
  }

  #forgetLast(): void {
    this.#lastAddress = null;
    this.#lastCell = null;
  }

  /** As `get`, by the parts of an address. */
  find(creator: number, slot: number, generation: number): ActorCell | undefined {
    const row = this.#rowOf(creator);
    if (row === undefined) return undefined;
    const { cells } = row;
    const cell = slot < cells.length ? cells[slot] : undefined;
    return cell !== undefined && cell.ref.generation === generation ? cell : undefined;
  }

  add(cell: ActorCell): void {
    const { creator, slot, generation } = cell.ref;
    // One that is made anew under its address.
    if (cell.ref === this.#lastAddress) this.#forgetLast();
    const row = this.#row(creator);
    row.cells[slot] = cell;
    row.count++;
    if (isLater(generation, row.latest)) row.latest = generation;
    this.#size++;
  }

  /** Forgets an actor. */
  remove(cell: ActorCell): void {
    const { creator, slot } = cell.ref;
    if (cell === this.#lastCell) this.#forgetLast();
    const row = this.#rowOf(creator);
    if (row === undefined || row.cells[slot] !== cell) return;
    row.cells[slot] = undefined;
    row.count--;
    this.#size--;
    // Long rows of actors that are gone give their memory back.
    if (row.count === 0) row.cells.length = 0;
  }

  /** True when that actor has not been made here yet, so that its `spawn` is on the way. */
  isToCome(address: Address): boolean {
    return isLater(address.generation, this.#byCreator.get(address.creator)?.latest ?? 0);
  }

  /** All that a creator spawned here up to that generation has been made, or is gone. */
  caughtUp(creator: number, generation: number): void {
    const row = this.#row(creator);
    if (isLater(generation, row.latest)) row.latest = generation;
  }

  /** A creator is dead and its actors here are gone: nothing of it is kept. */
  forget(creator: number): void {
    if (this.#byCreator.get(creator)?.count !== 0) return;
    this.#byCreator.delete(creator);
    if (this.#lastCreator === creator) this.#lastCreator = -1;
  }

  #rowOf(creator: number): Row | undefined {
    if (creator === this.#lastCreator) return this.#lastRow;
    const row = this.#byCreator.get(creator);
    if (row === undefined) return undefined;
    this.#lastCreator = creator;
    this.#lastRow = row;
    return row;
  }

  #row(creator: number): Row {
    let row = this.#rowOf(creator);
    if (row === undefined) {
      row = new Row();
      this.#byCreator.set(creator, row);
    }
    return row;
  }

  *[Symbol.iterator](): IterableIterator<ActorCell> {
    for (const { cells } of this.#byCreator.values()) {
      for (const cell of cells) if (cell !== undefined) yield cell;
    }
  }
}
