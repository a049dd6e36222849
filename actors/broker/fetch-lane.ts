import type { ActorRef } from '../../runtime/index.js';
import {
  askOnce,
  clientClosed,
  deliveriesOf,
  giveBackLost,
  nextPull,
  type PullSource,
} from './consumer.js';
import type { Delivery } from './delivery.js';
import { FetchTurn } from './fetch-turn.js';
import type { GroupOptions } from './options.js';
import type { StandardSchema } from './schema.js';
import type { HolderData, ShardMessage, Taken } from './shard-protocol.js';

/** Fetches of one batch. */
const BATCH_COUNT = 512;
const TIMEOUT_MS = 120_000;

/**
 * The fetches of a client from one shard. Those of one turn travel together and take what is there; whoever finds
 * nothing then waits at the shard by himself.
 */
export class FetchLane {
  /** One for all fetches, so that the shard knows one holder and not one for each. */
  readonly holder: HolderData;
  readonly #shard: ActorRef<ShardMessage>;
  /** Of the present turn; a full one is followed by another. */
  #turns: FetchTurn[] = [];
  #filling: FetchTurn | null = null;
  #isClosed = false;
  readonly #onTurn = (): void => {
    const turns = this.#turns;
    this.#turns = [];
    this.#filling = null;
    for (const turn of turns) this.#send(turn);
  };

  constructor(shard: ActorRef<ShardMessage>, holder: HolderData) {
    this.#shard = shard;
    this.holder = holder;
  }

  /**
   * Up to so many messages of a group; none when nothing came in time.
   * @param create makes the group when it is not there
   */
  fetch(
    source: PullSource,
    create: GroupOptions | null,
    count: number,
    bytes: number,
    expiresMs: number,
    schema: StandardSchema | undefined,
  ): Promise<Delivery[]> {
    let turn = this.#filling;
    if (turn === null || turn.length >= BATCH_COUNT) {
      if (turn === null) queueMicrotask(this.#onTurn);
      turn = new FetchTurn();
      this.#filling = turn;
      this.#turns.push(turn);
    }
    return turn.add(source, create, count, bytes, expiresMs, schema);
  }

  /** Nothing is fetched any more: what comes would be nobody's. */
  close(): void {
    this.#isClosed = true;
  }

  #send(turn: FetchTurn): void {
    if (turn.length === 1 || this.#isClosed) {
      for (let at = 0; at < turn.length; at++) this.#wait(turn, at);
      return;
    }
    const { holder } = this;
    const pull = nextPull();
    const take = { type: 'take', wants: turn.wants(), holder, pull } as const;
    this.#shard.ask(take, { timeoutMs: TIMEOUT_MS }).then(
      (taken) => this.#taken(turn, taken),
      (error: unknown) => {
        giveBackLost(this.#shard, holder, pull, error);
        for (const reject of turn.rejects) reject(error);
      },
    );
  }

  #taken(turn: FetchTurn, { batch, counts }: Taken): void {
    let from = 0;
    for (let at = 0; at < turn.length; at++) {
      const count = counts[at]!;
      if (count === 0) {
        this.#wait(turn, at);
        continue;
      }
      const found = deliveriesOf(turn.sources[at]!, batch, turn.schemaOf(at), from, from + count);
      turn.resolves[at]!(found as Delivery[]);
      from += count;
    }
  }

  #wait(turn: FetchTurn, at: number): void {
    const resolve = turn.resolves[at]!;
    const reject = turn.rejects[at]!;
    if (this.#isClosed) {
      reject(clientClosed());
      return;
    }
    const source = turn.sources[at]!;
    const schema = turn.schemaOf(at);
    const count = turn.counts[at]!;
    const bytes = turn.bytes[at]!;
    const pull = nextPull();
    askOnce(source, turn.createOf(at), count, bytes, turn.expiresMs[at]!, pull).then(
      (batch) => {
        resolve(batch === null ? [] : (deliveriesOf(source, batch, schema) as Delivery[]));
      },
      (error: unknown) => {
        giveBackLost(source.shard, source.holder, pull, error);
        reject(error);
      },
    );
  }
}
