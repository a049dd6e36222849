import type { Report } from './violation.js';

/** What has become of one message. */
interface Entry {
  readonly from: number;
  readonly seq: number;
  /** The actor that is to handle it. */
  to: number;
  /** The ask at the beginning of a chain of forwards; 0 for none. */
  readonly root: number;
  state: 'sent' | 'handled' | 'aside';
  /** Incarnation of the receiver that has put it aside; -1 for none. */
  stashedBy: number;
  /** Times that it was passed on as it is. */
  hops: number;
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
  entered(by: number, { id, from, seq }: Stamp, incarnation: number): boolean {
    const entry = this.#entries[id - 1];
    if (entry === undefined || entry.from !== from || entry.seq !== seq) {
      this.#report('integrity', `actor ${by} got a message that nobody sent: ${id} from ${from}`);
      return false;
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
    if (isAgain) return entry.stashedBy >= 0 && entry.stashedBy < incarnation;
    const pair = `${from}>${by}`;
    const last = this.#lastSeen.get(pair) ?? 0;
    if (seq <= last) {
      const text = `actor ${by} got message ${seq} of actor ${from} after its message ${last}`;
      this.#report('order', text);
    }
    this.#lastSeen.set(pair, seq);
    return false;
  }

  /** It was stashed, and comes again. */
  stashed(id: number, incarnation: number): void {
    const entry = this.#entries[id - 1];
    if (entry === undefined) return;
    entry.state = 'aside';
    entry.stashedBy = incarnation;
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
    entry.hops++;
    entry.to = to;
  }
}
