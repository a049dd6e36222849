import type { GroupCore } from './group-core.js';
import type { StoredMessage } from './stored-message.js';

/** The messages of one subject, linked from the oldest to the newest. */
export interface SubjectEntry {
  oldest: StoredMessage | null;
  newest: StoredMessage | null;
  count: number;
  /** Sequence of the last message of this subject that is or was stored. */
  lastSeq: number;
  /** Groups whose filter is just this subject; null when that is to be looked up. */
  readers: readonly GroupCore[] | null;
}

/** A stream's messages by subject. A subject is forgotten with its last message. */
export class SubjectIndex {
  readonly #entries = new Map<string, SubjectEntry>();
  /** The subject that was asked for last, because the next one is often the same; its entry has messages. */
  #lastSubject = '';
  #last: SubjectEntry | undefined;

  /** Subjects that have messages. */
  get size(): number {
    return this.#entries.size;
  }

  get(subject: string): SubjectEntry | undefined {
    if (this.#last !== undefined && subject === this.#lastSubject) return this.#last;
    this.#last = this.#entries.get(subject);
    this.#lastSubject = subject;
    return this.#last;
  }

  /** Each subject with its messages. */
  entries(): IterableIterator<[string, SubjectEntry]> {
    return this.#entries.entries();
  }

  /** Adds a message, newer than all others of its subject. @param entry of that subject, if there is one */
  add(message: StoredMessage, entry: SubjectEntry | undefined): void {
    const { seq, subject } = message;
    if (entry === undefined) {
      const first = { oldest: message, newest: message, count: 1, lastSeq: seq, readers: null };
      message.entry = first;
      this.#entries.set(subject, first);
      return;
    }
    message.entry = entry;
    message.older = entry.newest;
    entry.newest!.newer = message;
    entry.newest = message;
    entry.count++;
    entry.lastSeq = seq;
  }

  /** Takes a message out. */
  remove(message: StoredMessage): void {
    const entry = message.entry!;
    const { older, newer } = message;
    if (older === null) entry.oldest = newer;
    else older.newer = newer;
    if (newer === null) entry.newest = older;
    else newer.older = older;
    message.entry = null;
    message.older = null;
    message.newer = null;
    if (--entry.count > 0) return;
    this.#entries.delete(message.subject);
    if (entry === this.#last) this.#last = undefined;
  }
}
