import { Inflights } from './inflights.js';
import type { Snapshot } from './snapshot.js';

/** How a leader sends to a follower. */
export const PROGRESS_STATES = ['probe', 'replicate', 'snapshot'] as const;
/** One of {@link PROGRESS_STATES}. */
export type ProgressState = (typeof PROGRESS_STATES)[number];

/** What can change it. */
export const PROGRESS_EVENTS = ['accepted', 'rejected', 'compacted', 'installed'] as const;
/** One of {@link PROGRESS_EVENTS}. */
export type ProgressEvent = (typeof PROGRESS_EVENTS)[number];

/**
 * `probe`: one append at a time, until the point of agreement is found. `replicate`: appends are sent one after
 * the other without waiting, within the window. `snapshot`: what is needed was compacted, pieces are sent instead.
 *
 * | state \ event | accepted  | rejected | compacted | installed |
 * |---------------|-----------|----------|-----------|-----------|
 * | probe         | replicate | probe    | snapshot  | probe     |
 * | replicate     | replicate | probe    | snapshot  | replicate |
 * | snapshot      | snapshot  | snapshot | snapshot  | probe     |
 */
export const PROGRESS_TRANSITIONS: Readonly<
  Record<ProgressState, Readonly<Record<ProgressEvent, ProgressState>>>
> = {
  probe: { accepted: 'replicate', rejected: 'probe', compacted: 'snapshot', installed: 'probe' },
  replicate: {
    accepted: 'replicate',
    rejected: 'probe',
    compacted: 'snapshot',
    installed: 'replicate',
  },
  snapshot: {
    accepted: 'snapshot',
    rejected: 'snapshot',
    compacted: 'snapshot',
    installed: 'probe',
  },
};

/** What a leader knows of one member (paper, figure 2: nextIndex and matchIndex). `match < next`. */
export class Progress {
  readonly id: number;
  /** Membership epoch: answers of another one are not counted. */
  readonly epoch: number;
  state: ProgressState = 'probe';
  /** The last entry that it is known to hold on disk. */
  match = 0;
  /** The next entry to be sent. */
  next: number;
  /** The highest commit index it was told. */
  toldCommit = 0;
  /** The last heartbeat round that it answered. */
  round = 0;
  /** Heard of since the last check of the quorum. */
  isActive = false;
  /** It has lost what it had acknowledged. */
  isLost = false;
  /** Probing: one append is on its way. */
  isProbing = false;
  readonly inflights: Inflights;
  /** The snapshot on its way, and the next byte of it. */
  snapshot: Snapshot | null = null;
  offset = 0;
  /** A piece is on its way. */
  isChunkUnderWay = false;

  constructor(id: number, epoch: number, next: number, inflights: Inflights) {
    this.id = id;
    this.epoch = epoch;
    this.next = next;
    this.inflights = inflights;
  }

  get inflightCount(): number {
    return this.inflights.count;
  }

  get isPaused(): boolean {
    if (this.state === 'snapshot') return true;
    return this.state === 'probe' ? this.isProbing : this.inflights.isFull;
  }

  /** It holds everything up to `index`. @returns false when that was known */
  accept(index: number): boolean {
    this.isLost = false;
    const isNews = index > this.match;
    if (isNews) this.match = index;
    if (this.next <= index) this.next = index + 1;
    this.isProbing = false;
    this.inflights.freeTo(index);
    if (this.snapshot !== null && index >= this.snapshot.index) this.#endSnapshot();
    const before = this.state;
    this.state = PROGRESS_TRANSITIONS[before].accepted;
    if (before !== this.state) this.next = this.match + 1;
    return isNews;
  }

  /**
   * The append after `index` did not fit.
   * @param hint where the logs may agree
   * @returns false for an answer that is out of date
   */
  reject(index: number, hint: number): boolean {
    if (this.state === 'snapshot') return false;
    if (this.state === 'replicate') {
      if (index <= this.match) return false;
      this.next = this.match + 1;
    } else {
      if (this.next - 1 !== index) return false;
      this.next = Math.max(Math.min(index, hint + 1), this.match + 1);
    }
    this.state = PROGRESS_TRANSITIONS[this.state].rejected;
    this.isProbing = false;
    this.inflights.reset();
    return true;
  }

  /** An append was sent. */
  sent(count: number, bytes: number): void {
    if (this.state === 'replicate') {
      if (count === 0) return;
      this.next += count;
      this.inflights.add(this.next - 1, bytes);
    } else {
      this.isProbing = true;
    }
  }

  /** What it needs is not in the log any more. */
  beginSnapshot(snapshot: Snapshot): void {
    this.state = PROGRESS_TRANSITIONS[this.state].compacted;
    this.inflights.reset();
    this.snapshot = snapshot;
    this.offset = 0;
    this.isChunkUnderWay = false;
  }

  /** The node has lost everything it had. */
  forget(): void {
    this.match = 0;
    this.isActive = false;
    this.isLost = true;
    this.round = 0;
  }

  #endSnapshot(): void {
    this.snapshot = null;
    this.state = PROGRESS_TRANSITIONS[this.state].installed;
    this.next = this.match + 1;
  }
}

/** The progress of a member about which nothing is known. */
export function freshProgress(
  id: number,
  epoch: number,
  next: number,
  window: { readonly maxInflightCount: number; readonly maxInflightBytes: number },
): Progress {
  const inflights = new Inflights(window.maxInflightCount, window.maxInflightBytes);
  return new Progress(id, epoch, next, inflights);
}
