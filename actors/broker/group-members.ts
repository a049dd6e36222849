import { CircularQueue } from '../../runtime/index.js';
import type { Holder, Member } from './member.js';
import type { Outstanding } from './outstanding.js';

/** The members of a group and the line of those that may be given a message: pulls in their order, consumers in turn. */
export class GroupMembers {
  readonly #all = new Set<Member>();
  readonly #line = new CircularQueue<Member>();

  /** Pulls that wait and consumers. */
  get size(): number {
    return this.#all.size;
  }

  /** All of them. */
  values(): IterableIterator<Member> {
    return this.#all.values();
  }

  /** A new member. */
  add(member: Member): void {
    this.#all.add(member);
    this.#queue(member);
  }

  /** A member that gets no more: a pull that has its batch or gave up. */
  close(member: Member): void {
    member.isOpen = false;
    this.#all.delete(member);
  }

  /** All members of somebody who is gone. */
  remove(holder: Holder): void {
    for (const member of this.#all) if (member.holder === holder) this.close(member);
  }

  /** Who gets the next message; undefined when nobody may have one. */
  next(): Member | undefined {
    for (;;) {
      const member = this.#line.peek();
      if (member === undefined) return undefined;
      if (member.isOpen && member.credit > 0) return member;
      this.#line.shift();
      member.isQueued = false;
    }
  }

  /** Gives the member at the head of the line a message. */
  give(member: Member, outstanding: Outstanding): void {
    member.batch.push(outstanding);
    member.credit--;
    if (member.isPull) {
      member.bytesLeft -= outstanding.message.bytes;
      if (member.bytesLeft <= 0) member.credit = 0;
    } else if (this.#line.length > 1) {
      this.#line.shift();
      member.isQueued = false;
      this.#queue(member);
    }
  }

  /** A message has come back from a consumer, which may have another one. */
  credit(member: Member): void {
    if (member.isPull || !member.isOpen) return;
    member.credit++;
    this.#queue(member);
  }

  #queue(member: Member): void {
    if (member.isQueued || member.credit <= 0) return;
    member.isQueued = true;
    this.#line.push(member);
  }
}
