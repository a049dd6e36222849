import { CircularQueue, type Requester } from '../../runtime/index.js';
import type { Headers } from './stored-message.js';
import { matches } from './subject.js';
import { SubjectTrie } from './subject-trie.js';

/** A message on its way to those who listen now. */
export interface LiveMessage {
  readonly subject: string;
  readonly payload: unknown;
  readonly headers: Headers | null;
  /** Who waits for an answer. */
  readonly requester: Requester | null;
}

/** What happens to one who listens and is too slow: what is full gives up the oldest, the new one, or all that is to come. */
export type WhenSlow = 'drop-oldest' | 'drop-newest' | 'end';

/** One who listens: what he has not fetched yet is kept up to a number. */
export class LiveSubscription {
  readonly pattern: string;
  /** Subscriptions of one queue take turns; null for one that gets everything. */
  readonly queue: string | null;
  readonly #capacity: number;
  readonly #whenSlow: WhenSlow;
  readonly #waiting = new CircularQueue<LiveMessage>();
  /** Messages that gave way since the last fetch. */
  #droppedCount = 0;
  /** It was too slow and gets nothing more. */
  isOver = false;
  /** Told once when something waits. */
  onMessage: (() => void) | null = null;

  constructor(pattern: string, queue: string | null, capacity: number, whenSlow: WhenSlow) {
    this.pattern = pattern;
    this.queue = queue;
    this.#capacity = capacity;
    this.#whenSlow = whenSlow;
  }

  /** Messages that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Adds a message. */
  push(message: LiveMessage): void {
    if (this.#waiting.length >= this.#capacity) {
      this.#droppedCount++;
      this.isOver = this.#whenSlow === 'end';
      if (this.#whenSlow !== 'drop-oldest') return;
      this.#waiting.shift();
    }
    this.#waiting.push(message);
    this.onMessage?.();
  }

  /** Takes up to so many. */
  take(maxCount: number): { readonly messages: LiveMessage[]; readonly droppedCount: number } {
    const messages: LiveMessage[] = [];
    for (let next: LiveMessage | undefined; messages.length < maxCount; messages.push(next)) {
      next = this.#waiting.shift();
      if (next === undefined) break;
    }
    const droppedCount = this.#droppedCount;
    this.#droppedCount = 0;
    return { messages, droppedCount };
  }

  /** Puts back what was taken last and not sent, and counts what can never be. */
  putBack(messages: readonly LiveMessage[], droppedCount: number): void {
    for (let i = messages.length - 1; i >= 0; i--) this.#waiting.unshift(messages[i]!);
    this.#droppedCount += droppedCount;
  }
}

/** All who listen on one shard, and the retained messages of its subjects. */
export class LiveSubscriptions {
  readonly #trie = new SubjectTrie<LiveSubscription>();
  readonly #retained = new Map<string, LiveMessage>();
  /** Turns of the queues. */
  #turn = 0;

  /** Subscriptions. */
  get size(): number {
    return this.#trie.size;
  }

  /** Begins to listen. */
  add(subscription: LiveSubscription, wantsRetained: boolean): void {
    this.#trie.add(subscription.pattern, subscription);
    if (!wantsRetained) return;
    for (const message of this.#retained.values()) {
      if (matches(subscription.pattern, message.subject)) subscription.push(message);
    }
  }

  /** Ends to listen. */
  remove(subscription: LiveSubscription): void {
    this.#trie.remove(subscription.pattern, subscription);
  }

  /** Keeps a message for those who come later; an undefined payload forgets it. */
  retain(message: LiveMessage): void {
    if (message.payload === undefined) this.#retained.delete(message.subject);
    else this.#retained.set(message.subject, { ...message, requester: null });
  }

  /** Gives a message to all who listen, to one of each queue. @returns how many got it */
  publish(message: LiveMessage): number {
    const found = this.#trie.match(message.subject);
    if (found.length === 0) return 0;
    let count = 0;
    let queues: Map<string, LiveSubscription[]> | null = null;
    for (const subscription of found) {
      if (subscription.isOver) continue;
      if (subscription.queue === null) {
        subscription.push(message);
        count++;
        continue;
      }
      queues ??= new Map();
      const members = queues.get(subscription.queue);
      if (members === undefined) queues.set(subscription.queue, [subscription]);
      else members.push(subscription);
    }
    if (queues === null) return count;
    for (const members of queues.values()) members[this.#turn % members.length]!.push(message);
    this.#turn = (this.#turn + 1) & 0x3fffffff;
    return count + queues.size;
  }
}
