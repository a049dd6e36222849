import { type ActorRef, checkMade, TroupeError } from '../../runtime/index.js';
import { type Completer, Delivery } from './delivery.js';
import type { GroupOptions } from './options.js';
import { isLoss, isPassing, Pauses } from './retrying.js';
import { type StandardSchema, validated } from './schema.js';
import type { SettleLane } from './settle-lane.js';
import type { DeliveryBatch, HolderData, ShardMessage } from './shard-protocol.js';

/** How a consumer gets its messages. Every field has a default. */
export interface ConsumeOptions<T = unknown> {
  /** Makes the group with these options when it is not there. */
  readonly create?: GroupOptions;
  /** Messages of one pull, 1 to 10,000; 100. Two pulls are held at most: that is all a slow consumer gets. */
  readonly batch?: number;
  /** Payload bytes of one pull; no limit. */
  readonly bytes?: number;
  /** What does not fit is a dead letter at once. */
  readonly schema?: StandardSchema<T>;
}

/** How long an empty pull waits at the shard. */
export const PULL_EXPIRES_MS = 30_000;
const GRACE_MS = 30_000;

/** Where a consumer pulls from. */
export interface PullSource {
  readonly shard: ActorRef<ShardMessage>;
  readonly stream: string;
  readonly group: string;
  readonly holder: HolderData;
  readonly lane: SettleLane;
  readonly completer: Completer;
}

/** Fetches of this thread, so that each has a number of its own. */
let pullCount = 0;

/**
 * One pull. When its answer is lost, what it was given goes to others at once.
 * @returns null when nothing came in time
 */
export function pullOnce(
  source: PullSource,
  options: GroupOptions | null,
  count: number,
  bytes: number,
  expiresMs: number,
): Promise<DeliveryBatch | null> {
  const pull = nextPull();
  const answer = askOnce(source, options, count, bytes, expiresMs, pull);
  answer.catch((error: unknown) => giveBackLost(source.shard, source.holder, pull, error));
  return answer;
}

/** As {@link pullOnce}, under a number of the caller's, who looks after a lost answer himself: {@link giveBackLost}. */
export function askOnce(
  { shard, stream, group, holder }: PullSource,
  options: GroupOptions | null,
  count: number,
  bytes: number,
  expiresMs: number,
  pull: number,
): Promise<DeliveryBatch | null> {
  return shard.ask(
    { type: 'fetch', stream, group, options, count, bytes, expiresMs, holder, pull },
    { timeoutMs: expiresMs + GRACE_MS },
  );
}

/** A number for a fetch. */
export function nextPull(): number {
  return ++pullCount;
}

/** A fetch has failed: if messages were on their way with its answer, the shard is told that they have not arrived. */
export function giveBackLost(
  shard: ActorRef<ShardMessage>,
  { id }: HolderData,
  pull: number,
  error: unknown,
): void {
  if (isLoss(error)) shard.tell({ type: 'lost', id, pull });
}

/** The deliveries of a batch, or of a part of it, that fit the schema; the others are dead letters. */
export function deliveriesOf<T>(
  source: Pick<PullSource, 'lane' | 'completer' | 'stream'>,
  batch: DeliveryBatch,
  schema: StandardSchema<T> | undefined,
  from = 0,
  to = batch.seqs.length,
): Delivery<T>[] {
  const { stream } = source;
  if (schema === undefined) {
    // Of just that length: what grows is copied, and leaves room behind.
    const all = new Array<Delivery<T>>(to - from);
    for (let i = from; i < to; i++) {
      all[i - from] = new Delivery(batch, i, batch.payloads[i] as T, source);
    }
    return all;
  }
  const found: Delivery<T>[] = [];
  for (let i = from; i < to; i++) {
    const payload = batch.payloads[i] as T;
    try {
      const value = validated(schema, payload, stream);
      found.push(new Delivery(batch, i, value, source));
    } catch (error) {
      // A stale token here means that somebody else has it, and finds the same.
      new Delivery(batch, i, payload, source).undecodable(error).catch(() => {});
    }
  }
  return found;
}

/**
 * Messages of a group as an async iterator. The next are pulled while the present ones are handled, never more than
 * two batches. Leaving the loop gives back what was not handled.
 */
export class Consumer<T> implements AsyncIterableIterator<Delivery<T>> {
  readonly #open: () => Promise<PullSource>;
  #source: PullSource | null = null;
  readonly #options: ConsumeOptions<T>;
  readonly #count: number;
  #buffer: Delivery<T>[] = [];
  #at = 0;
  #pull: Promise<DeliveryBatch | null> | null = null;
  #isClosed = false;
  readonly #onClose: () => void;

  /** @internal made by `broker.consume` */
  constructor(open: () => Promise<PullSource>, options: ConsumeOptions<T>, onClose: () => void) {
    checkMade(onClose !== undefined, 'Consumer', 'broker.consume(stream, group)');
    this.#open = open;
    this.#options = options;
    this.#count = options.batch ?? 100;
    this.#onClose = onClose;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * The next message. Waits as long as there is none, also while a shard begins anew.
   * @throws {TroupeError} ERR_BROKER_UNKNOWN, ERR_NO_SUCH_ACTOR and ERR_STOPPED: the broker has ended
   */
  next(): Promise<IteratorResult<Delivery<T>>> {
    return this.#at < this.#buffer.length ? Promise.resolve(this.#take()) : this.#more();
  }

  async #more(): Promise<IteratorResult<Delivery<T>>> {
    const pauses = new Pauses();
    for (;;) {
      if (this.#at < this.#buffer.length) return this.#take();
      if (this.#isClosed) return { done: true, value: undefined };
      try {
        this.#pull ??= this.#ask();
        const pull = this.#pull;
        const batch = await pull;
        // Somebody else who waits has it.
        if (this.#pull !== pull) continue;
        this.#pull = null;
        if (this.#isClosed) continue;
        if (batch === null) continue;
        this.#buffer = deliveriesOf(this.#source!, batch, this.#options.schema);
        this.#at = 0;
      } catch (error) {
        this.#pull = null;
        if (this.#isClosed) continue;
        if (!isPassing(error)) throw error;
        await pauses.next();
      }
    }
  }

  /** Ends: what was not given out goes to others. */
  async return(): Promise<IteratorResult<Delivery<T>>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Ends: what was not settled goes to others. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#buffer = [];
    this.#at = 0;
    this.#source?.lane.flush(true);
    this.#source?.shard.tell({ type: 'detach', id: this.#source.holder.id });
    this.#onClose();
  }

  #take(): IteratorResult<Delivery<T>> {
    const value = this.#buffer[this.#at++]!;
    if (this.#at * 2 >= this.#buffer.length && this.#pull === null && !this.#isClosed) {
      this.#pull = this.#ask();
      this.#pull.catch(() => {});
    }
    return { done: false, value };
  }

  async #ask(): Promise<DeliveryBatch | null> {
    const { create = null, bytes = Number.MAX_SAFE_INTEGER } = this.#options;
    this.#source ??= await this.#open();
    if (this.#isClosed) return null;
    return pullOnce(this.#source, create, this.#count, bytes, PULL_EXPIRES_MS);
  }
}

/** The client has ended. */
export function clientClosed(): TroupeError {
  return new TroupeError('ERR_BROKER_CLOSED', {
    what: 'this client of the broker is closed',
    mend: 'open another one',
  });
}
