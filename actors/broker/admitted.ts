import type { StoredMessage } from './stored-message.js';
import type { StreamCore } from './stream-core.js';

/** Places that are kept when it is cleared. */
const KEPT_PLACES = 1024;

/** Messages that streams have admitted and that are not visible yet, in their order. */
export class Admitted {
  #messages: (StoredMessage | null)[] = [];
  #streams: (StreamCore | null)[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(stream: StreamCore, message: StoredMessage): void {
    this.#messages[this.#length] = message;
    this.#streams[this.#length++] = stream;
  }

  messageAt(at: number): StoredMessage {
    return this.#messages[at]!;
  }

  streamAt(at: number): StreamCore {
    return this.#streams[at]!;
  }

  /** Takes back the last of them, as if it had never been published. */
  revokeLast(): void {
    const at = --this.#length;
    this.#streams[at]!.revoke(this.#messages[at]!);
    this.#messages[at] = null;
    this.#streams[at] = null;
  }

  /** Forgets all, and keeps their places for the next. */
  clear(): void {
    if (this.#length > KEPT_PLACES) {
      this.#messages = [];
      this.#streams = [];
    }
    for (let at = 0; at < this.#messages.length && at < this.#length; at++) {
      this.#messages[at] = null;
      this.#streams[at] = null;
    }
    this.#length = 0;
  }
}
