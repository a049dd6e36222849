import { type Requester, TroupeError } from '../../runtime/index.js';
import {
  type LiveMessage,
  LiveSubscription,
  type LiveSubscriptions,
  type WhenSlow,
} from './live-subscriptions.js';
import { sendFirst } from './sendable-part.js';
import type { LiveBatch } from './shard-protocol.js';

/** Messages of one answer. */
const BATCH_COUNT = 512;
const NOT_SENDABLE = 'the request cannot be sent to the thread of whom it is for';

interface Listener {
  readonly subscription: LiveSubscription;
  /** Who waits for messages. */
  waiting: Requester<LiveBatch | null> | null;
  isReady: boolean;
}

/** The clients that listen on a shard: each asks for messages, and is answered when there are some. */
export class ListenerDesk {
  readonly #live: LiveSubscriptions;
  readonly #listeners = new Map<string, Listener>();
  #ready: Listener[] = [];

  constructor(live: LiveSubscriptions) {
    this.#live = live;
  }

  /** Begins to listen; again under the same name: nothing new. */
  add(
    id: string,
    pattern: string,
    queue: string | null,
    capacity: number,
    whenSlow: WhenSlow,
    wantsRetained: boolean,
  ): void {
    if (this.#listeners.has(id)) return;
    const subscription = new LiveSubscription(pattern, queue, capacity, whenSlow);
    const listener: Listener = { subscription, waiting: null, isReady: false };
    subscription.onMessage = () => this.#stir(listener);
    this.#listeners.set(id, listener);
    this.#live.add(subscription, wantsRetained);
  }

  /** Answers when there is a message. @throws {TroupeError} ERR_BROKER_UNKNOWN: listen first */
  hear(id: string, requester: Requester<LiveBatch | null>): void {
    const listener = this.#listeners.get(id);
    if (listener === undefined) {
      throw new TroupeError('ERR_BROKER_UNKNOWN', { what: 'there is no such subscription' });
    }
    listener.waiting?.reply(null);
    listener.waiting = requester;
    const { length, isOver } = listener.subscription;
    if (length > 0 || isOver) this.#stir(listener);
  }

  /** Ends to listen. */
  remove(id: string): void {
    const listener = this.#listeners.get(id);
    if (listener === undefined) return;
    this.#listeners.delete(id);
    this.#live.remove(listener.subscription);
    listener.waiting?.reply(null);
    listener.waiting = null;
  }

  /** Answers those for whom there is something. */
  flush(): void {
    if (this.#ready.length === 0) return;
    const ready = this.#ready;
    this.#ready = [];
    for (const listener of ready) {
      listener.isReady = false;
      const { waiting, subscription } = listener;
      if (waiting === null) continue;
      if (send(subscription, waiting)) listener.waiting = null;
    }
  }

  /** Fails all who wait. */
  failAll(error: TroupeError): void {
    for (const { waiting } of this.#listeners.values()) waiting?.fail(error);
  }

  #stir(listener: Listener): void {
    if (listener.isReady || listener.waiting === null) return;
    listener.isReady = true;
    this.#ready.push(listener);
  }
}

/**
 * Answers with what waits, as much of it as can be sent at once. What can never be sent is left out and counted.
 * @returns false when that leaves nothing to say
 */
function send(subscription: LiveSubscription, to: Requester<LiveBatch | null>): boolean {
  let { messages, droppedCount } = subscription.take(BATCH_COUNT);
  const isLast = subscription.isOver && subscription.length === 0;
  while (messages.length > 0) {
    const sentCount = sendFirst(messages.length, (count) => {
      const isAll = count === messages.length;
      const some = isAll ? messages : messages.slice(0, count);
      to.reply(liveBatch(some, droppedCount, isLast && isAll));
    });
    if (sentCount > 0) {
      if (sentCount < messages.length) subscription.putBack(messages.slice(sentCount), 0);
      return true;
    }
    const [{ subject, requester }] = messages as [LiveMessage];
    requester?.fail(new TroupeError('ERR_NOT_SENDABLE', { what: NOT_SENDABLE, where: subject }));
    messages = messages.slice(1);
    droppedCount++;
  }
  if (isLast) to.reply(liveBatch([], droppedCount, true));
  else subscription.putBack([], droppedCount);
  return isLast;
}

function liveBatch(
  messages: readonly LiveMessage[],
  droppedCount: number,
  isOver: boolean,
): LiveBatch {
  const hasHeaders = messages.some(({ headers }) => headers !== null);
  const hasRequesters = messages.some(({ requester }) => requester !== null);
  return {
    subjects: messages.map(({ subject }) => subject),
    payloads: messages.map(({ payload }) => payload),
    headers: hasHeaders ? messages.map(({ headers }) => headers) : null,
    requesters: hasRequesters ? messages.map(({ requester }) => requester) : null,
    droppedCount,
    isOver,
  };
}
