import { CircularQueue } from '../../runtime/index.js';
import type { Outstanding } from './outstanding.js';

interface KeyLine {
  /** The message that has its turn. */
  holder: number;
  waiting: CircularQueue<Outstanding> | null;
}

/** Ordering keys: one message of a key at a time, the others behind it in the order of the stream. */
export class KeyLines {
  readonly #lines = new Map<string, KeyLine>();

  /** True when that message has its key's turn, which it takes if the key is free. */
  enter(key: string, seq: number): boolean {
    const line = this.#lines.get(key);
    if (line === undefined) {
      this.#lines.set(key, { holder: seq, waiting: null });
      return true;
    }
    return line.holder === seq;
  }

  /** Puts a message behind the others of its key. */
  park(key: string, outstanding: Outstanding): void {
    const line = this.#lines.get(key)!;
    line.waiting ??= new CircularQueue();
    line.waiting.push(outstanding);
  }

  /** The message with the turn is finished. @returns the one that has it now */
  leave(key: string, seq: number): Outstanding | undefined {
    const line = this.#lines.get(key);
    if (line === undefined || line.holder !== seq) return undefined;
    for (;;) {
      const next = line.waiting?.shift();
      if (next === undefined) {
        this.#lines.delete(key);
        return undefined;
      }
      if (next.state !== 'parked') continue;
      line.holder = next.message.seq;
      return next;
    }
  }
}
