/** Rounds whose beginning is remembered; one that is forgotten only makes the lease shorter. */
const MAX_BEGUN_COUNT = 1024;

interface PendingRead {
  readonly from: number;
  readonly context: number;
  readonly index: number;
  /** A quorum must answer this round or a later one. */
  readonly round: number;
}

/** A read that is confirmed: `from` asked, and its state is current at `index`. */
export interface ConfirmedRead {
  readonly from: number;
  readonly context: number;
  readonly index: number;
}

/**
 * The reads that a leader has not confirmed yet (thesis, section 6.4). A read is bound to a round of
 * heartbeats that begins after it came; rounds are the leader's own numbers, so no read can be
 * confirmed by an answer that was meant for another one.
 */
export class ReadQueue {
  readonly #maxCount: number;
  /** The last round that was begun. */
  round = 0;
  #pending: PendingRead[] = [];
  /** Came before the leader has committed an entry of its own term. */
  #postponed: { readonly from: number; readonly context: number }[] = [];
  /** When the rounds began that are not confirmed yet, oldest first. */
  #begun: { readonly round: number; readonly tick: number }[] = [];
  /** Tick at which the latest confirmed round began, -1 before that. */
  confirmedTick = -1;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  get count(): number {
    return this.#pending.length + this.#postponed.length;
  }

  get isFull(): boolean {
    return this.count >= this.#maxCount;
  }

  /** For the next round. */
  add(from: number, context: number, index: number): void {
    this.#pending.push({ from, context, index, round: this.round + 1 });
  }

  postpone(from: number, context: number): void {
    this.#postponed.push({ from, context });
  }

  /** The reads that were postponed, in their order. */
  takePostponed(): readonly { readonly from: number; readonly context: number }[] {
    if (this.#postponed.length === 0) return this.#postponed;
    const taken = this.#postponed;
    this.#postponed = [];
    return taken;
  }

  beginRound(tick: number): number {
    this.round++;
    this.#begun.push({ round: this.round, tick });
    if (this.#begun.length > MAX_BEGUN_COUNT) this.#begun.shift();
    return this.round;
  }

  /** A quorum has answered this round. @returns the reads that are confirmed by it */
  confirm(round: number): readonly ConfirmedRead[] {
    let passed = 0;
    while (passed < this.#begun.length && this.#begun[passed]!.round <= round) {
      this.confirmedTick = this.#begun[passed]!.tick;
      passed++;
    }
    if (passed > 0) this.#begun.splice(0, passed);
    let count = 0;
    while (count < this.#pending.length && this.#pending[count]!.round <= round) count++;
    return count === 0 ? [] : this.#pending.splice(0, count);
  }

  /** Leadership has ended. @returns who waited in vain */
  clear(): readonly { readonly from: number; readonly context: number }[] {
    const waiting = [...this.#pending, ...this.#postponed];
    this.#pending = [];
    this.#postponed = [];
    this.#begun = [];
    this.confirmedTick = -1;
    return waiting;
  }
}
