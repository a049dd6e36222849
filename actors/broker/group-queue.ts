import { CircularQueue } from '../../runtime/index.js';
import { SequenceHeap } from './sequence-heap.js';
import type { SequenceLog } from './sequence-log.js';
import { DEFAULT_PRIORITY, PRIORITY_COUNT, type StoredMessage } from './stored-message.js';

/** Dead numbers that a queue may hold before it is looked through. */
const SLACK = 1024;

/** The same for V8, which looks up what is imported at each use. */
const DEFAULT = DEFAULT_PRIORITY;
/** Only the default priority has something. */
const PLAIN = 1 << DEFAULT;

/** What a group's queue asks of its group. */
export interface QueueFilter {
  /** True when the message is of this group's subjects. */
  wants(message: StoredMessage): boolean;
  /** True when the group has met the message already. */
  knows(seq: number): boolean;
  /** A message that had come back was removed from its stream meanwhile. */
  gone(seq: number): void;
}

/**
 * What waits for a group, most urgent first, then in the order of the stream.
 *
 * Plain messages are not queued at all: a cursor walks the log when somebody wants one, so a million stored
 * messages cost a group nothing. Only what is special (a priority, a time, one subject of many) stands in queues of
 * its own: one for each priority, and a heap for what comes back.
 */
export class GroupQueue {
  readonly #log: SequenceLog<StoredMessage>;
  readonly #filter: QueueFilter;
  readonly #usesCursor: boolean;
  /** Everything is wanted, so that the filter need not be asked. */
  readonly #wantsAll: boolean;
  readonly #lines: (CircularQueue<number> | undefined)[] = new Array(PRIORITY_COUNT);
  readonly #returned: (SequenceHeap | undefined)[] = new Array(PRIORITY_COUNT);
  /** One bit for each priority that may have something in its line or heap. */
  #priorities = 0;
  /** Numbers in lines and heaps, dead ones included. */
  #queuedCount = 0;
  /** The next message of the log to look at. */
  cursor: number;
  /** Up to here the group may know messages that the cursor has yet to pass. */
  knownThrough = 0;

  constructor(
    log: SequenceLog<StoredMessage>,
    filter: QueueFilter,
    usesCursor: boolean,
    wantsAll: boolean,
    cursor: number,
  ) {
    this.#log = log;
    this.#filter = filter;
    this.#usesCursor = usesCursor;
    this.#wantsAll = wantsAll;
    this.cursor = cursor;
  }

  /** Queues a message that is ready, behind the others of its priority. */
  push(message: StoredMessage): void {
    const { priority } = message;
    const line = this.#lines[priority] ?? this.#addLine(priority);
    line.push(message.seq);
    this.#priorities |= 1 << priority;
    this.#queuedCount++;
    if (line.length > SLACK && line.length > 2 * this.#log.size) this.#sweep(line);
  }

  /** Queues a message that comes back, by its old place. */
  giveBack(message: StoredMessage): void {
    const heap = this.#returned[message.priority] ?? new SequenceHeap();
    this.#returned[message.priority] = heap;
    heap.push(message.seq);
    this.#priorities |= 1 << message.priority;
    this.#queuedCount++;
  }

  /** Takes the next message; undefined when nothing is ready. */
  take(): StoredMessage | undefined {
    if (this.#queuedCount === 0) return this.#takeFromLog();
    while (this.#isPlain) {
      const seq = this.#lines[DEFAULT]?.shift();
      if (seq === undefined) break;
      this.#queuedCount--;
      const message = this.#log.get(seq);
      if (message !== undefined) return message;
      this.#filter.gone(seq);
    }
    return this.#takeMostUrgent();
  }

  /** True when all that waits stands in the line of the default priority, as mostly in a group of one subject. */
  get #isPlain(): boolean {
    if (this.#priorities !== PLAIN || this.#usesCursor) return false;
    const heap = this.#returned[DEFAULT];
    return heap === undefined || heap.size === 0;
  }

  #takeMostUrgent(): StoredMessage | undefined {
    // What the cursor finds is of the default priority.
    let left = this.#usesCursor ? this.#priorities | (1 << DEFAULT_PRIORITY) : this.#priorities;
    while (left !== 0) {
      const priority = 31 - Math.clz32(left);
      const bit = 1 << priority;
      left &= ~bit;
      // Before: what comes back meanwhile sets it again.
      this.#priorities &= ~bit;
      const message = this.#takeOf(priority);
      if (message === undefined) continue;
      this.#priorities |= bit;
      return message;
    }
    return undefined;
  }

  /** Numbers that stand in queues. */
  get queuedCount(): number {
    return this.#queuedCount;
  }

  /** The lowest number that waits in a line, and so was never delivered. */
  lowestInLine(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const line of this.#lines) lowest = Math.min(lowest, line?.peek() ?? lowest);
    return lowest;
  }

  /** What waits in lines and was never delivered. */
  *inLines(): IterableIterator<StoredMessage> {
    for (const line of this.#lines) {
      for (let i = 0; line !== undefined && i < line.length; i++) {
        const message = this.#log.get(line.at(i)!);
        if (message !== undefined) yield message;
      }
    }
  }

  #addLine(priority: number): CircularQueue<number> {
    const line = new CircularQueue<number>();
    this.#lines[priority] = line;
    return line;
  }

  #takeOf(priority: number): StoredMessage | undefined {
    const line = this.#lines[priority];
    const heap = this.#returned[priority];
    const usesCursor = priority === DEFAULT_PRIORITY && this.#usesCursor;
    for (;;) {
      const inLine = line?.peek() ?? Number.POSITIVE_INFINITY;
      const inHeap = heap?.peek() ?? Number.POSITIVE_INFINITY;
      const queued = Math.min(inLine, inHeap);
      const inLog = usesCursor ? this.#peekLog() : undefined;
      if (inLog !== undefined && inLog.seq < queued) {
        this.cursor = inLog.seq + 1;
        return inLog;
      }
      if (queued === Number.POSITIVE_INFINITY) return undefined;
      if (inLine <= inHeap) line!.shift();
      else heap!.pop();
      this.#queuedCount--;
      const message = this.#log.get(queued);
      if (message !== undefined) return message;
      this.#filter.gone(queued);
    }
  }

  #takeFromLog(): StoredMessage | undefined {
    if (!this.#usesCursor) return undefined;
    const message = this.#peekLog();
    if (message !== undefined) this.cursor = message.seq + 1;
    return message;
  }

  /** The message at the cursor, after everything that is not for it has been passed over. */
  #peekLog(): StoredMessage | undefined {
    for (;;) {
      const message = this.#log.get(this.cursor) ?? this.#log.next(this.cursor);
      if (message === undefined || !message.isCommitted) return undefined;
      const { seq } = message;
      const isMine =
        !message.isSpecial &&
        (this.#wantsAll || this.#filter.wants(message)) &&
        (seq > this.knownThrough || !this.#filter.knows(seq));
      this.cursor = isMine ? seq : seq + 1;
      if (isMine) return message;
    }
  }

  /** Drops the numbers of messages that are gone. */
  #sweep(line: CircularQueue<number>): void {
    for (let left = line.length; left > 0; left--) {
      const seq = line.shift()!;
      if (this.#log.get(seq) === undefined) this.#queuedCount--;
      else line.push(seq);
    }
  }
}
