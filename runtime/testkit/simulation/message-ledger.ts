import type { Life } from './life.js';
import type { Report } from './violation.js';

/** What has become of one message. */
interface Entry {
  readonly from: number;
  readonly seq: number;
  /** The actor that is to handle it. */
  to: number;
  /** The ask at the beginning of a chain of forwards; 0 for none. */
  readonly root: number;
  state: 'sent' | 'handled' | 'aside' | 'dead';
  /** Incarnation of the receiver that has put it aside; -1 for none. */
  stashedBy: number;
  /** Times that it was passed on as it is. */
  hops: number;
  /** It was told, so that a full mailbox may drop it. */
  isTold: boolean;
  /** The incarnation that was given it last. */
  life: Life | null;
  /** The incarnation that was given it first, by whom the ask has been read. */
  reader: Life | null;
  /** It waited for room when it was asked: then nobody knows when it is read. */
  hasWaited: boolean;
  /** Its handler has taken over answering: whoever has the requester may forget it. */
  isKept: boolean;
  /** When it was answered, or became a dead letter; -1 before. */
  closedMs: number;
}

/** What a message carries so that it can be told apart. */
export interface Stamp {
  readonly id: number;
  readonly from: number;
  readonly seq: number;
}

/** The program outside of all actors, as a sender. */
export const OUTSIDE = -1;

/**
 * Every message of a simulation. Holds that each is handled at most once, by the actor it is for, and that
 * what one actor sends another arrives in its order; gaps are for the sums to explain.
 */
export class MessageLedger {
  readonly #report: Report;
  readonly #entries: Entry[] = [];
  readonly #nextSeq = new Map<string, number>();
  readonly #lastSeen = new Map<string, number>();
  /** The last message of each pair that a full mailbox has dropped. */
  readonly #lastEvicted = new Map<string, number>();
  /** What each actor has put aside, in that order. */
  readonly #aside = new Map<number, number[]>();
  /** What each has taken back since, time by time. */
  readonly #taken = new Map<number, number[][]>();

  /** Messages behind the order to end, which nobody may handle. */
  readonly forbidden = new Set<number>();

  constructor(report: Report) {
    this.#report = report;
  }

  stamp(from: number, to: number, root = 0): Stamp {
    const pair = `${from}>${to}`;
    const seq = (this.#nextSeq.get(pair) ?? 0) + 1;
    this.#nextSeq.set(pair, seq);
    const id = this.#entries.length + 1;
    this.#entries.push({
      from,
      seq,
      to,
      root: root === 0 ? id : root,
      state: 'sent',
      stashedBy: -1,
      hops: 0,
      isTold: false,
      life: null,
      reader: null,
      hasWaited: false,
      isKept: false,
      closedMs: -1,
    });
    return { id, from, seq };
  }

  /** The ask that a message answers. */
  rootOf(id: number): number {
    return this.#entries[id - 1]?.root ?? 0;
  }

  /**
   * A handler has been given the message.
   * @returns true when an earlier incarnation had put it aside
   */
  entered({ id, from, seq }: Stamp, life: Life): boolean {
    const { node: by, incarnation } = life;
    const entry = this.#entries[id - 1];
    if (entry === undefined || entry.from !== from || entry.seq !== seq) {
      this.#report('integrity', `actor ${by} got a message that nobody sent: ${id} from ${from}`);
      return false;
    }
    if (this.forbidden.has(id)) {
      this.#report(
        'signals-first',
        `actor ${by} got message ${id}, which came after the order to end`,
      );
    }
    if (entry.to !== by) {
      this.#report('delivery', `message ${id} for actor ${entry.to} came to actor ${by}`);
    }
    if (entry.state === 'handled') {
      this.#report('at-most-once', `message ${id} from ${from} came to actor ${by} twice`);
    }
    // What was put aside or passed on comes again, in an order that its receiver has chosen.
    const isAgain = entry.state === 'aside';
    entry.state = 'handled';
    entry.life = life;
    entry.reader ??= life;
    if (isAgain) {
      if (entry.stashedBy >= 0) this.#takeAside(by, id);
      return entry.stashedBy >= 0 && entry.stashedBy < incarnation;
    }
    const pair = `${from}>${by}`;
    if (entry.isTold && seq < (this.#lastEvicted.get(pair) ?? 0)) {
      this.#report(
        'eviction',
        `actor ${by} still has message ${seq} of ${from}, older than one dropped`,
      );
    }
    const last = this.#lastSeen.get(pair) ?? 0;
    if (seq <= last) {
      const text = `actor ${by} got message ${seq} of actor ${from} after its message ${last}`;
      this.#report('order', text);
    }
    this.#lastSeen.set(pair, seq);
    return false;
  }

  /** Stashed messages come back in the order in which they were put aside. */
  #takeAside(by: number, id: number): void {
    const aside = this.#taken.get(by)?.find((ids) => ids.includes(id)) ?? [];
    const index = aside.indexOf(id);
    if (index > 0)
      this.#report('order', `actor ${by} gets stashed message ${id} before ${aside[0]}`);
    if (index >= 0) aside.splice(index, 1);
  }

  /** All that it has put aside is gone with its thread. */
  forgotAside(by: number): void {
    this.#aside.delete(by);
    this.#taken.delete(by);
  }

  /** It takes back all that it has put aside. */
  unstashed(by: number): void {
    const aside = this.#aside.get(by) ?? [];
    this.#aside.delete(by);
    const taken = (this.#taken.get(by) ?? []).filter((ids) => ids.length > 0);
    this.#taken.set(by, [...taken, aside]);
  }

  /** Its handler keeps the requester. */
  takenOver(id: number): void {
    this.#entries[id - 1]!.isKept = true;
  }

  /** It is in no ring yet. */
  waits(id: number): void {
    this.#entries[id - 1]!.hasWaited = true;
  }

  /** What has become of a message. */
  entryOf(id: number): Readonly<Entry> | undefined {
    return this.#entries[id - 1];
  }

  told(id: number): void {
    this.#entries[id - 1]!.isTold = true;
  }

  /** Its handler has answered, or has failed. */
  closed(id: number, nowMs: number): void {
    const entry = this.#entries[id - 1];
    if (entry?.state === 'handled') entry.closedMs = nowMs;
  }

  /** It has become a dead letter. */
  died(id: number, nowMs: number): void {
    const entry = this.#entries[id - 1];
    if (entry === undefined) return;
    this.#takeDead(entry.to, id);
    entry.state = 'dead';
    entry.closedMs = nowMs;
  }

  #takeDead(by: number, id: number): void {
    for (const ids of [this.#aside.get(by) ?? [], ...(this.#taken.get(by) ?? [])]) {
      const index = ids.indexOf(id);
      if (index >= 0) ids.splice(index, 1);
    }
  }

  /** A full mailbox has dropped it for a newer one. */
  evicted(id: number): void {
    const { from, to, seq, isTold, hops } = this.#entries[id - 1]!;
    if (!isTold || hops > 0) return;
    const pair = `${from}>${to}`;
    this.#lastEvicted.set(pair, Math.max(seq, this.#lastEvicted.get(pair) ?? 0));
  }

  /** The latest message that an ask has led to: itself, or the one it was passed on as. */
  lastOf(root: number): (Readonly<Entry> & { closedMs: number }) | undefined {
    for (let id = this.#entries.length; id >= root; id--) {
      const entry = this.#entries[id - 1]!;
      if (entry.root === root) return entry;
    }
    return undefined;
  }

  /** It was stashed, and comes again. */
  stashed(id: number, incarnation: number): void {
    const entry = this.#entries[id - 1];
    if (entry === undefined) return;
    entry.state = 'aside';
    entry.stashedBy = incarnation;
    const aside = this.#aside.get(entry.to) ?? [];
    this.#aside.set(entry.to, aside);
    this.#takeDead(entry.to, id);
    aside.push(id);
  }

  /** How often it has been passed on as it is. */
  hopsOf(id: number): number {
    return this.#entries[id - 1]?.hops ?? 0;
  }

  /** It was not passed on after all. */
  kept(id: number, by: number): void {
    const entry = this.#entries[id - 1];
    if (entry === undefined) return;
    entry.state = 'handled';
    entry.to = by;
  }

  /** It was passed on as it is. */
  passed(id: number, to: number): void {
    const entry = this.#entries[id - 1];
    if (entry === undefined) return;
    entry.state = 'aside';
    entry.stashedBy = -1;
    entry.hops++;
    entry.to = to;
  }
}
