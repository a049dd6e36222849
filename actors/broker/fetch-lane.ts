import type { ActorRef } from '../../runtime/index.js';
import {
  clientClosed,
  deliveriesOf,
  giveBackLost,
  nextPull,
  type PullSource,
  pullOnce,
} from './consumer.js';
import type { Delivery } from './delivery.js';
import type { GroupOptions } from './options.js';
import type { StandardSchema } from './schema.js';
import type { HolderData, ShardMessage, Wants } from './shard-protocol.js';

/** Fetches of one batch. */
const BATCH_COUNT = 512;
const TIMEOUT_MS = 120_000;

/** What one fetch is for. */
export interface Wanted {
  readonly source: PullSource;
  /** Makes the group when it is not there. */
  readonly create: GroupOptions | null;
  readonly count: number;
  readonly bytes: number;
  readonly expiresMs: number;
  readonly schema: StandardSchema | undefined;
}

/** A fetch on its way. */
class Want {
  readonly wanted: Wanted;
  readonly resolve: (deliveries: Delivery[]) => void;
  readonly reject: (error: unknown) => void;

  constructor(
    wanted: Wanted,
    resolve: (deliveries: Delivery[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.wanted = wanted;
    this.resolve = resolve;
    this.reject = reject;
  }
}

/**
 * The fetches of a client from one shard. Those of one turn travel together and take what is there; whoever finds
 * nothing then waits at the shard by himself.
 */
export class FetchLane {
  /** One for all fetches, so that the shard knows one holder and not one for each. */
  readonly holder: HolderData;
  readonly #shard: ActorRef<ShardMessage>;
  #wants: Want[] = [];
  #isScheduled = false;
  #isClosed = false;
  readonly #onTurn = (): void => {
    this.#isScheduled = false;
    const all = this.#wants;
    this.#wants = [];
    for (let from = 0; from < all.length; from += BATCH_COUNT) {
      this.#send(all.length > BATCH_COUNT ? all.slice(from, from + BATCH_COUNT) : all);
    }
  };

  constructor(shard: ActorRef<ShardMessage>, holder: HolderData) {
    this.#shard = shard;
    this.holder = holder;
  }

  /** Up to so many messages of a group; none when nothing came in time. */
  fetch(wanted: Wanted): Promise<Delivery[]> {
    return new Promise((resolve, reject) => {
      this.#wants.push(new Want(wanted, resolve, reject));
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      queueMicrotask(this.#onTurn);
    });
  }

  /** Nothing is fetched any more: what comes would be nobody's. */
  close(): void {
    this.#isClosed = true;
  }

  #send(wants: readonly Want[]): void {
    if (wants.length === 1 || this.#isClosed) {
      for (const want of wants) this.#wait(want);
      return;
    }
    const { holder } = this;
    const pull = nextPull();
    const take = { type: 'take', wants: columns(wants), holder, pull } as const;
    this.#shard.ask(take, { timeoutMs: TIMEOUT_MS }).then(
      ({ batch, counts }) => {
        let from = 0;
        for (let i = 0; i < wants.length; i++) {
          const want = wants[i]!;
          const count = counts[i]!;
          if (count === 0) {
            this.#wait(want);
            continue;
          }
          const { source, schema } = want.wanted;
          want.resolve(deliveriesOf(source, batch, schema, from, from + count) as Delivery[]);
          from += count;
        }
      },
      (error: unknown) => {
        giveBackLost(this.#shard, holder, pull, error);
        for (const want of wants) want.reject(error);
      },
    );
  }

  #wait({ wanted, resolve, reject }: Want): void {
    if (this.#isClosed) {
      reject(clientClosed());
      return;
    }
    const { source, create, count, bytes, expiresMs, schema } = wanted;
    pullOnce(source, create, count, bytes, expiresMs).then((batch) => {
      resolve(batch === null ? [] : (deliveriesOf(source, batch, schema) as Delivery[]));
    }, reject);
  }
}

function columns(wants: readonly Want[]): Wants {
  const streams: string[] = [];
  const groups: string[] = [];
  const counts: number[] = [];
  const bytes: number[] = [];
  let options: (GroupOptions | null)[] | null = null;
  for (let i = 0; i < wants.length; i++) {
    const want = wants[i]!.wanted;
    streams.push(want.source.stream);
    groups.push(want.source.group);
    counts.push(want.count);
    bytes.push(want.bytes);
    if (want.create === null) continue;
    options ??= new Array<GroupOptions | null>(wants.length).fill(null);
    options[i] = want.create;
  }
  return { streams, groups, counts, bytes, options };
}
