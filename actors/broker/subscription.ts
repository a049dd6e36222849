import { type ActorRef, checkMade, type Requester, TroupeError } from '../../runtime/index.js';
import type { WhenSlow } from './live-subscriptions.js';
import { isPassing, Pauses } from './retrying.js';
import type { LiveBatch, ShardMessage } from './shard-protocol.js';
import type { Headers } from './stored-message.js';

/** Asks wait so long at a shard; a new one is made then. */
const HEAR_TIMEOUT_MS = 3_600_000;
/** Messages of one answer. */
const HEAR_COUNT = 512;

const WHEN_SLOW: readonly WhenSlow[] = ['drop-oldest', 'drop-newest', 'end'];

/** How one listens. Every field has a default. */
export interface SubscribeOptions {
  /** Subscriptions of one queue take turns: each message goes to one of them. */
  readonly queue?: string;
  /** Messages that wait on each shard; 10,000. */
  readonly capacity?: number;
  /**
   * When more would wait: `drop-oldest`, or `drop-newest`, both counted; `end`: what waits is still given out, then
   * `next` rejects with ERR_BROKER_SLOW. `drop-oldest` when left out.
   */
  readonly whenSlow?: WhenSlow;
  /** Begins with the retained messages of its subjects. */
  readonly retained?: boolean;
}

/** A message as those see it who listen. */
export class LiveDelivery<T = unknown> {
  readonly subject: string;
  readonly payload: T;
  readonly headers: Headers | null;
  readonly #requester: Requester | null;

  /** @internal */
  constructor(batch: LiveBatch, at: number) {
    checkMade(at !== undefined, 'LiveDelivery', 'what a subscription gives you');
    this.subject = batch.subjects[at]!;
    this.payload = batch.payloads[at] as T;
    this.headers = batch.headers === null ? null : batch.headers[at]!;
    this.#requester = batch.requesters === null ? null : batch.requesters[at]!;
  }

  /** Answers a request; of several answers the first counts. */
  reply(value: unknown): void {
    this.#requester?.reply(value);
  }

  /** Rejects the promise of who requested. */
  replyFailure(error: unknown): void {
    this.#requester?.fail(error);
  }
}

/** @throws {TroupeError} ERR_OPTION */
export function checkWhenSlow(whenSlow: WhenSlow): void {
  if (WHEN_SLOW.includes(whenSlow)) return;
  throw new TroupeError('ERR_OPTION', {
    what: `whenSlow is ${String(whenSlow)}`,
    where: 'subscribe',
    mend: `use one of ${WHEN_SLOW.join(', ')}`,
  });
}

/** What a subscription registers at each shard. */
export type Listen = Extract<ShardMessage, { type: 'listen' }>;

/**
 * Messages that are published from now on to subjects that match, at most once each: an async iterator. In order for
 * each publisher and subject. After a shard began anew it listens again; what was published meanwhile is missed,
 * unless a stream has it.
 */
export class Subscription<T> implements AsyncIterableIterator<LiveDelivery<T>> {
  readonly #shards: readonly ActorRef<ShardMessage>[];
  readonly #listen: Listen;
  readonly #onClose: () => void;
  /** Messages that gave way because this was too slow. */
  droppedCount = 0;
  #batches: LiveBatch[] = [];
  #at = 0;
  #wake: (() => void) | null = null;
  #onTaken: (() => void) | null = null;
  #error: unknown = undefined;
  #isClosed = false;

  /** @internal made by `broker.subscribe` */
  constructor(shards: readonly ActorRef<ShardMessage>[], listen: Listen, onClose: () => void) {
    checkMade(onClose !== undefined, 'Subscription', 'await broker.subscribe(pattern)');
    this.#shards = shards;
    this.#listen = listen;
    this.#onClose = onClose;
  }

  /** @internal registers everywhere */
  async open(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.ask(this.#listen)));
    for (const shard of this.#shards) void this.#hear(shard);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next message. @throws what ended the broker; ERR_BROKER_SLOW */
  next(): Promise<IteratorResult<LiveDelivery<T>>> {
    const batch = this.#batches[0];
    return batch !== undefined && this.#at < batch.subjects.length
      ? Promise.resolve(this.#take(batch))
      : this.#more();
  }

  #take(batch: LiveBatch): IteratorResult<LiveDelivery<T>> {
    return { done: false, value: new LiveDelivery<T>(batch, this.#at++) };
  }

  async #more(): Promise<IteratorResult<LiveDelivery<T>>> {
    for (;;) {
      const batch = this.#batches[0];
      if (batch !== undefined) {
        if (this.#at < batch.subjects.length) return this.#take(batch);
        this.#batches.shift();
        this.#at = 0;
        this.#tellTaken();
        continue;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#isClosed) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        const before = this.#wake;
        this.#wake = () => {
          before?.();
          resolve();
        };
      });
    }
  }

  /** Ends to listen. */
  async return(): Promise<IteratorResult<LiveDelivery<T>>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Ends to listen. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#batches = [];
    this.#unlisten();
    this.#tellTaken();
    this.#stir();
  }

  /** Asks one shard for messages, again and again: the next batch when the last one has been taken. */
  async #hear(shard: ActorRef<ShardMessage>): Promise<void> {
    const pauses = new Pauses();
    const hear = { type: 'hear', id: this.#listen.id, count: HEAR_COUNT } as const;
    while (!this.#isClosed && this.#error === undefined) {
      try {
        const batch = await shard.ask(hear, { timeoutMs: HEAR_TIMEOUT_MS });
        pauses.reset();
        if (batch === null || this.#isClosed) continue;
        this.droppedCount += batch.droppedCount;
        this.#batches.push(batch);
        if (batch.isOver) this.#tooSlow();
        this.#stir();
        while (this.#batches.includes(batch) && !this.#isClosed) await this.#taken();
      } catch (error) {
        if (this.#isClosed) break;
        if (!isPassing(error) && !isForgotten(error)) {
          this.#error = error;
          break;
        }
        await pauses.next();
        await shard.ask(this.#listen).catch(() => {});
      }
    }
    this.#stir();
  }

  /** Ends to listen; what has come is still given out, then the error. */
  #tooSlow(): void {
    const { pattern, capacity } = this.#listen;
    this.#unlisten();
    this.#error = new TroupeError('ERR_BROKER_SLOW', {
      what: `more than ${capacity} messages waited, ${this.droppedCount} were not kept`,
      where: `subscription to '${pattern}'`,
      mend: 'listen faster, with a greater capacity, or to a stream',
    });
  }

  #unlisten(): void {
    for (const shard of this.#shards) shard.tell({ type: 'unlisten', id: this.#listen.id });
    this.#onClose();
  }

  /** Resolves when the reader has come further. */
  #taken(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#onTaken;
      this.#onTaken = () => {
        before?.();
        resolve();
      };
    });
  }

  #tellTaken(): void {
    const taken = this.#onTaken;
    this.#onTaken = null;
    taken?.();
  }

  #stir(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

/** A shard that began anew does not know its listeners. */
function isForgotten(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_BROKER_UNKNOWN';
}
