import { CircularQueue } from '../../runtime/index.js';

interface Remembered {
  readonly id: string;
  readonly seq: number;
  /** Monotonic; before the shard began for what was stored by a former one. */
  readonly atMs: number;
}

/**
 * Message ids and the sequence each was stored under, for a time and up to a number: after that the same id
 * is a new message.
 */
export class DedupWindow {
  #windowMs: number;
  #maxCount: number;
  readonly #seqs = new Map<string, number>();
  readonly #order = new CircularQueue<Remembered>();

  constructor(windowMs: number, maxCount: number) {
    this.#windowMs = windowMs;
    this.#maxCount = maxCount;
  }

  /** Another window from now on. */
  resize(windowMs: number, maxCount: number): void {
    this.#windowMs = windowMs;
    this.#maxCount = maxCount;
  }

  get size(): number {
    return this.#order.length;
  }

  /** The sequence that an id has; undefined when it is not remembered. */
  get(id: string): number | undefined {
    return this.#seqs.get(id);
  }

  /** Remembers an id that is not. */
  add(id: string, seq: number, atMs: number): void {
    this.#seqs.set(id, seq);
    this.#order.push({ id, seq, atMs });
  }

  /** Forgets the id that was added last, whose message was not stored after all. */
  revoke(id: string): void {
    const last = this.#order.length - 1;
    if (this.#order.at(last)?.id === id) this.#order.removeAt(last);
    this.#seqs.delete(id);
  }

  /** Forgets what is too old or too much, and shows each id. */
  expire(nowMs: number, forget: (id: string) => void): void {
    for (;;) {
      const oldest = this.#order.peek();
      if (oldest === undefined) return;
      const isOld = nowMs - oldest.atMs >= this.#windowMs;
      if (!isOld && this.#order.length <= this.#maxCount) return;
      this.#order.shift();
      // Unless it was revoked and stored again.
      if (this.#seqs.get(oldest.id) !== oldest.seq) continue;
      this.#seqs.delete(oldest.id);
      forget(oldest.id);
    }
  }
}
