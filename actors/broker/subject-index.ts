import type { StoredMessage } from './stored-message.js';

/** The messages of one subject, linked from the oldest to the newest. */
export interface SubjectEntry {
  oldest: StoredMessage | null;
  newest: StoredMessage | null;
  count: number;
  /** Sequence of the last message of this subject that is or was stored. */
  lastSeq: number;
}

/** A stream's messages by subject. A subject is forgotten with its last message. */
export class SubjectIndex {
  readonly #entries = new Map<string, SubjectEntry>();

  /** Subjects that have messages. */
  get size(): number {
    return this.#entries.size;
  }

  get(subject: string): SubjectEntry | undefined {
    return this.#entries.get(subject);
  }

  /** Each subject with its messages. */
  entries(): IterableIterator<[string, SubjectEntry]> {
    return this.#entries.entries();
  }

  /** Adds a message, newer than all others of its subject. */
  add(message: StoredMessage): void {
    const entry = this.#entries.get(message.subject);
    if (entry === undefined) {
      const first = { oldest: message, newest: message, count: 1, lastSeq: message.seq };
      this.#entries.set(message.subject, first);
      return;
    }
    message.older = entry.newest;
    entry.newest!.newer = message;
    entry.newest = message;
    entry.count++;
    entry.lastSeq = message.seq;
  }

  /** Takes a message out. */
  remove(message: StoredMessage): void {
    const entry = this.#entries.get(message.subject)!;
    const { older, newer } = message;
    if (older === null) entry.oldest = newer;
    else older.newer = newer;
    if (newer === null) entry.newest = older;
    else newer.older = older;
    message.older = null;
    message.newer = null;
    if (--entry.count === 0) this.#entries.delete(message.subject);
  }
}
