import type { RaftMessage } from './messages.js';

interface Write {
  readonly sequence: number;
  /** The last entry of the log that is on disk with it; less when entries were taken away since. */
  last: number;
}

interface Held {
  readonly sequence: number;
  readonly message: RaftMessage;
}

/** An acknowledgement stands for those before it: only the last of those that wait together is sent. */
function outdoes(message: RaftMessage, before: RaftMessage): boolean {
  if (message.type !== 'append-answer' || before.type !== 'append-answer') return false;
  const { to, term, epoch, index } = message;
  return (
    to === before.to && term === before.term && epoch === before.epoch && index >= before.index
  );
}

/**
 * Which writes are under way, and the messages that wait for them. This is the one place of the rule that a
 * promise is on disk before it is sent (paper, figure 2). Writes are answered in order; an answer stands for
 * all before it.
 */
export class WriteTracker {
  isHardStateDirty = false;
  areEntriesDirty = false;
  isSnapshotDirty = false;
  /** Number of the last ready with something to write. */
  #given = 0;
  #stored = 0;
  #writes: Write[] = [];
  #held: Held[] = [];

  get isDirty(): boolean {
    return this.isHardStateDirty || this.areEntriesDirty || this.isSnapshotDirty;
  }

  /** True when all that was given is on disk, and there is nothing to give. */
  get isClean(): boolean {
    return this.#stored === this.#given && !this.isDirty;
  }

  /** Holds a message back if something is not on disk yet. @returns false when it may go */
  hold(message: RaftMessage): boolean {
    if (this.isClean) return false;
    const sequence = this.isDirty ? this.#given + 1 : this.#given;
    const last = this.#held[this.#held.length - 1];
    if (last?.sequence === sequence && outdoes(message, last.message)) this.#held.pop();
    this.#held.push({ sequence, message });
    return true;
  }

  /** The dirty parts are given to the storage. @returns the number of the write */
  give(last: number): number {
    this.isHardStateDirty = false;
    this.areEntriesDirty = false;
    this.isSnapshotDirty = false;
    this.#given++;
    this.#writes.push({ sequence: this.#given, last });
    return this.#given;
  }

  get given(): number {
    return this.#given;
  }

  /** Entries from `index` on are not what was given before. */
  truncatedFrom(index: number): void {
    for (const write of this.#writes) if (write.last >= index) write.last = index - 1;
  }

  /**
   * A write is on disk.
   * @returns the last entry that is on disk for sure, or -1 when nothing new is known
   */
  stored(sequence: number): number {
    if (!(sequence > this.#stored && sequence <= this.#given)) return -1;
    this.#stored = sequence;
    let last = -1;
    while (this.#writes.length > 0 && this.#writes[0]!.sequence <= sequence) {
      last = this.#writes.shift()!.last;
    }
    return last;
  }

  /** Messages that nothing holds back any more, in their order. */
  release(): RaftMessage[] {
    let count = 0;
    while (count < this.#held.length && this.#held[count]!.sequence <= this.#stored) count++;
    return this.#held.splice(0, count).map(({ message }) => message);
  }
}
