/** Something that happened to an instance. */
export interface InstanceEntry {
  /** Monotonic. */
  readonly atMs: number;
  readonly incarnation: number;
  /** `registered`, `updated`, a state, or why it was removed. */
  readonly what: string;
  /** In words, where there is more to say: the output of a check, how long a lease was overdue. */
  readonly why: string;
}

interface Remembered {
  readonly entries: InstanceEntry[];
  /** The greatest incarnation there was: a late registration of an older one stays refused. */
  incarnation: number;
}

/**
 * What became of each instance, also after its end: the answer to "why is it gone?". The last entries of each,
 * and only of those that something happened to last.
 */
export class InstanceHistory {
  readonly #entryCount: number;
  readonly #instanceCount: number;
  /** The one that has been quiet for longest comes first. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(entryCount: number, instanceCount: number) {
    this.#entryCount = entryCount;
    this.#instanceCount = instanceCount;
  }

  add(key: string, entry: InstanceEntry): void {
    const row = this.#remembered.get(key) ?? { entries: [], incarnation: entry.incarnation };
    row.incarnation = Math.max(row.incarnation, entry.incarnation);
    row.entries.push(entry);
    if (row.entries.length > this.#entryCount) row.entries.shift();
    this.#remembered.delete(key);
    this.#remembered.set(key, row);
    if (this.#remembered.size <= this.#instanceCount) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      break;
    }
  }

  /** Oldest first; empty for one that is not remembered. */
  of(key: string): readonly InstanceEntry[] {
    return [...(this.#remembered.get(key)?.entries ?? [])];
  }

  /** -1 for one that is not remembered. */
  lastIncarnation(key: string): number {
    return this.#remembered.get(key)?.incarnation ?? -1;
  }
}
