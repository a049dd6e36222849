import { type ActorRef, CircularQueue, hasCode, type TroupeError } from '../../runtime/index.js';
import type { Route } from './directory.js';
import type { PublishResult } from './publish-result.js';
import { type MessageColumns, PublishTurn } from './publish-turn.js';
import type { PublishAnswer, PublishOptions } from './publishing.js';
import type { ShardMessage } from './shard-protocol.js';

/** Messages of one batch. */
const BATCH_COUNT = 512;
/** Batches under way at once: one is handled while the next is made. */
const UNDER_WAY = 4;
/** Longest wait for an answer: a shard that ends fails its asks earlier. */
const TIMEOUT_MS = 120_000;

/** Who is told what became of publications. */
export interface PublishPort {
  answered(turn: PublishTurn, answer: PublishAnswer): void;
  failed(turn: PublishTurn, at: number, error: unknown): void;
}

/** Publications to one shard: collected while others are under way, so that many cost little. */
export class PublishLane {
  readonly #shard: ActorRef<ShardMessage>;
  readonly #port: PublishPort;
  /** Full ones that wait, before the one that is being filled. */
  readonly #full = new CircularQueue<PublishTurn>();
  #filling: PublishTurn | null = null;
  #underWayCount = 0;
  #isScheduled = false;
  readonly #flush = (): void => {
    this.#isScheduled = false;
    while (this.#underWayCount < UNDER_WAY) {
      const turn = this.#next();
      if (turn === null) return;
      this.#send(turn);
    }
  };

  constructor(shard: ActorRef<ShardMessage>, port: PublishPort) {
    this.#shard = shard;
    this.#port = port;
  }

  /** Sends a publication with the next batch. @returns what becomes of it */
  publish(
    route: Route,
    payload: unknown,
    bytes: number,
    options: PublishOptions | null,
  ): Promise<PublishResult> {
    const answered = this.#turn().add(route, payload, bytes, options);
    this.#schedule();
    return answered;
  }

  /** Sends one that was in the turn of another lane. @param moves how often it has moved by now */
  follow(from: PublishTurn, at: number, route: Route, moves: number): void {
    this.#turn().addAgain(from, at, route, moves);
    this.#schedule();
  }

  /** Sends messages as one, all or none, behind what was published before. */
  atomic(messages: MessageColumns): Promise<PublishAnswer> {
    for (let turn = this.#next(); turn !== null; turn = this.#next()) this.#send(turn);
    return this.#ask(messages, true);
  }

  /** The turn that has room. */
  #turn(): PublishTurn {
    const turn = this.#filling;
    if (turn !== null && turn.length < BATCH_COUNT) return turn;
    if (turn !== null) this.#full.push(turn);
    this.#filling = new PublishTurn();
    return this.#filling;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#underWayCount >= UNDER_WAY) return;
    this.#isScheduled = true;
    queueMicrotask(this.#flush);
  }

  #next(): PublishTurn | null {
    const full = this.#full.shift();
    if (full !== undefined) return full;
    const turn = this.#filling;
    this.#filling = null;
    return turn;
  }

  #send(turn: PublishTurn): void {
    this.#underWayCount++;
    this.#ask(turn.messages, false).then(
      (answer) => {
        this.#underWayCount--;
        this.#port.answered(turn, answer);
        this.#flush();
      },
      (error: unknown) => {
        this.#underWayCount--;
        this.#refused(turn, error);
        this.#flush();
      },
    );
  }

  /** One value that cannot be sent must not fail the others of its batch. */
  #refused(turn: PublishTurn, error: unknown): void {
    const isOfOne = hasCode(error, 'ERR_NOT_SENDABLE') || hasCode(error, 'ERR_TOO_LARGE');
    for (let at = 0; at < turn.length; at++) {
      if (!isOfOne || turn.length === 1) {
        this.#port.failed(turn, at, error);
        continue;
      }
      const alone = turn.alone(at);
      this.#ask(alone.messages, false).then(
        (answer) => this.#port.answered(alone, answer),
        (own: TroupeError) => this.#port.failed(alone, 0, own),
      );
    }
  }

  #ask(messages: MessageColumns, isAtomic: boolean): Promise<PublishAnswer> {
    return this.#shard.ask(
      { type: 'publish', batch: messages.batch(isAtomic) },
      { timeoutMs: TIMEOUT_MS },
    );
  }
}
