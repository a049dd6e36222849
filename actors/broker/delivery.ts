import { type Append, checkMade, type Put } from '../../runtime/index.js';
import { checkEffects } from './check-publish.js';
import type { Verb } from './group-deliveries.js';
import type { PublishOptions } from './publishing.js';
import type { SettleLane } from './settle-lane.js';
import type { CompleteAnswer, DeliveryBatch, DeliveryExtras } from './shard-protocol.js';
import type { DeadInfo, Headers } from './stored-message.js';

/** A message to be published with an acknowledgement. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly payload: unknown;
  readonly options?: PublishOptions;
}

/** What is written with an acknowledgement: all of it or nothing. */
export interface Effects {
  readonly appends?: readonly Append[];
  readonly puts?: readonly Put[];
  readonly publish?: readonly OutgoingMessage[];
}

/** Where its answers go. */
export interface DeliverySource {
  readonly stream: string;
  readonly lane: SettleLane;
  readonly completer: Completer;
}

/** How a delivery completes with effects: its client knows. */
export type Completer = (delivery: Delivery<unknown>, effects: Effects) => Promise<CompleteAnswer>;

/**
 * One delivery of a message. It is settled once: what comes later is refused with ERR_BROKER_STALE and changes
 * nothing, also when the message has been delivered to somebody else meanwhile.
 */
export class Delivery<T = unknown> {
  readonly payload: T;
  readonly #batch: DeliveryBatch;
  readonly #at: number;
  readonly #source: DeliverySource;
  #isSettled = false;

  /** @internal made by a consumer */
  constructor(batch: DeliveryBatch, at: number, payload: T, source: DeliverySource) {
    checkMade(source !== undefined, 'Delivery', 'what a consumer gives you');
    this.payload = payload;
    this.#batch = batch;
    this.#at = at;
    this.#source = source;
  }

  get seq(): number {
    return this.#batch.seqs[this.#at]!;
  }

  get subject(): string {
    const { subject, subjects } = this.#batch;
    return subjects === null ? subject : subjects[this.#at]!;
  }

  /** Which delivery of the message this is, from 1. */
  get delivery(): number {
    const { deliveries } = this.#batch;
    return deliveries === null ? 1 : deliveries[this.#at]!;
  }

  /** How often it has failed before. */
  get failures(): number {
    return this.#batch.failures?.[this.#at] ?? 0;
  }

  /** Wall time, in milliseconds since 1970. */
  get publishedAtMs(): number {
    const { publishedAtMs, publishedAt } = this.#batch;
    return publishedAt === null ? publishedAtMs : publishedAt[this.#at]!;
  }

  /** @internal */
  get ordinal(): number {
    return this.#batch.ordinals?.[this.#at] ?? 0;
  }

  /** @internal */
  get epoch(): number {
    const { epoch, epochs } = this.#batch;
    return epochs === null ? epoch : epochs[this.#at]!;
  }

  /** True once it was settled here: what the broker says of it is in the promise. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  get id(): string | null {
    return this.#extras?.id ?? null;
  }

  get headers(): Headers | null {
    return this.#extras?.headers ?? null;
  }

  get key(): string | null {
    return this.#extras?.key ?? null;
  }

  /** Where it comes from, when it is a dead letter. */
  get dead(): DeadInfo | null {
    return this.#extras?.dead ?? null;
  }

  /** It is done: it is never delivered to this group again. Resolves when that is as safe as the broker promises. */
  ack(): Promise<void> {
    return this.#settle('ack', -1, undefined);
  }

  /**
   * As `ack`, without a word on whether it came in time: cheaper for many. What is late is delivered again.
   */
  ackLater(): void {
    this.#isSettled = true;
    this.#source.lane.post(this.epoch, this.seq, this.delivery, 'ack', -1, undefined);
  }

  /** As `ack`, also for all that this consumer has of the group and that is earlier in the stream. */
  ackUpTo(): Promise<void> {
    return this.#settle('ack-up-to', -1, undefined);
  }

  /** Somebody else may have it, now. No failure. */
  release(): Promise<void> {
    return this.#settle('release', -1, undefined);
  }

  /** It failed: again after a while, or a dead letter if it has failed too often. */
  fail(error?: unknown, delayMs = -1): Promise<void> {
    return this.#settle('fail', delayMs, errorText(error));
  }

  /** It can never succeed: a dead letter at once. */
  reject(reason?: unknown): Promise<void> {
    return this.#settle('reject', -1, errorText(reason));
  }

  /** It takes longer: so much more time from now. */
  extend(ms = -1): Promise<void> {
    return this.#settle('extend', ms, undefined);
  }

  /**
   * It is done, and so is what it led to: records and keys in the broker's journal, and messages to streams of the
   * same place, are written in one transaction with the acknowledgement, or nothing is.
   * @throws {TroupeError} ERR_OPTION, as a rejection; those of the journal
   * @returns `{ ok: false }` with what was in the way; the delivery is still to be settled then, unless it is stale
   */
  async complete(effects: Effects): Promise<CompleteAnswer> {
    checkEffects(effects);
    const answer = await this.#source.completer(this as Delivery<unknown>, effects);
    if (answer.ok) this.#isSettled = true;
    return answer;
  }

  /** @internal its schema does not know it */
  undecodable(error: unknown): Promise<void> {
    return this.#settle('undecodable', -1, errorText(error));
  }

  get #extras(): DeliveryExtras | null {
    return this.#batch.extras?.[this.#at] ?? null;
  }

  #settle(verb: Verb, argument: number, error: string | undefined): Promise<void> {
    if (verb !== 'extend') this.#isSettled = true;
    const { lane, stream } = this.#source;
    return lane.settle(stream, this.epoch, this.seq, this.delivery, verb, argument, error);
  }
}

function errorText(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
