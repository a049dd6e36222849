import {
  type ActorRef,
  CircularQueue,
  type Durability,
  hasCode,
  type TroupeError,
} from '../../runtime/index.js';
import type { Route } from './directory.js';
import { PUBLISH_CODES, type PublishAnswer, type PublishOptions } from './publishing.js';
import type { ShardMessage } from './shard-protocol.js';

/** Messages of one batch. */
const BATCH_COUNT = 512;
/** Batches under way at once: one is handled while the next is made. */
const UNDER_WAY = 4;
/** Longest wait for an answer: a shard that ends fails its asks earlier. */
const TIMEOUT_MS = 120_000;

/** What became of a publication. */
export type PublishResult =
  | {
      readonly status: 'stored';
      readonly stream: string;
      readonly seq: number;
      readonly durability: Durability;
    }
  /** A message of that id was stored before, under this sequence. */
  | { readonly status: 'duplicate'; readonly stream: string; readonly seq: number }
  /** The stream has no room; the message was not stored. */
  | { readonly status: 'full'; readonly stream: string }
  /** What was expected is not so: the actual last sequence. */
  | { readonly status: 'conflict'; readonly stream: string; readonly lastSeq: number }
  /** The stream keeps what groups are interested in, and none is. */
  | { readonly status: 'no-interest'; readonly stream: string }
  /** No stream stores the subject: given to so many who listen, perhaps to nobody. */
  | { readonly status: 'delivered'; readonly subscribers: number }
  /** Another message of the atomic batch, of this index, was refused. */
  | { readonly status: 'aborted'; readonly index: number };

/** Who is told what became of a publication. */
export interface PublishPort {
  answered(publication: Publication, code: number, detail: number): void;
  failed(publication: Publication, error: unknown): void;
}

/** One message on its way to a shard. */
export class Publication {
  route: Route;
  readonly payload: unknown;
  readonly bytes: number;
  readonly options: PublishOptions | null;
  readonly resolve: (result: PublishResult) => void;
  readonly reject: (error: unknown) => void;
  /** How often it has followed its stream to another shard. */
  moves: number;

  constructor(
    route: Route,
    payload: unknown,
    bytes: number,
    options: PublishOptions | null,
    resolve: (result: PublishResult) => void,
    reject: (error: unknown) => void,
  ) {
    this.route = route;
    this.payload = payload;
    this.bytes = bytes;
    this.options = options;
    this.resolve = resolve;
    this.reject = reject;
    this.moves = 0;
  }

  get subject(): string {
    return this.route.subject;
  }
}

/** Publications to one shard: collected while others are under way, so that many cost little. */
export class PublishLane {
  readonly #shard: ActorRef<ShardMessage>;
  readonly #port: PublishPort;
  readonly #waiting = new CircularQueue<Publication>();
  #underWayCount = 0;
  #isScheduled = false;
  readonly #flush = (): void => {
    this.#isScheduled = false;
    while (this.#underWayCount < UNDER_WAY && this.#waiting.length > 0) this.#send();
  };

  constructor(shard: ActorRef<ShardMessage>, port: PublishPort) {
    this.#shard = shard;
    this.#port = port;
  }

  /** Sends a publication with the next batch. */
  push(publication: Publication): void {
    this.#waiting.push(publication);
    if (this.#isScheduled || this.#underWayCount >= UNDER_WAY) return;
    this.#isScheduled = true;
    queueMicrotask(this.#flush);
  }

  /** Sends publications as one, all or none. */
  async atomic(publications: readonly Publication[]): Promise<PublishAnswer> {
    return this.#ask(publications, true);
  }

  #send(): void {
    const batch: Publication[] = [];
    while (batch.length < BATCH_COUNT) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      batch.push(next);
    }
    this.#underWayCount++;
    this.#ask(batch, false).then(
      (answer) => {
        this.#underWayCount--;
        const { codes, details } = answer;
        for (let i = 0; i < batch.length; i++) {
          this.#port.answered(batch[i]!, codes[i]!, details === null ? 0 : details[i]!);
        }
        this.#flush();
      },
      (error: unknown) => {
        this.#underWayCount--;
        this.#refused(batch, error);
        this.#flush();
      },
    );
  }

  /** One value that cannot be sent must not fail the others of its batch. */
  #refused(batch: readonly Publication[], error: unknown): void {
    const isOfOne = hasCode(error, 'ERR_NOT_SENDABLE') || hasCode(error, 'ERR_TOO_LARGE');
    if (!isOfOne || batch.length === 1) {
      for (const publication of batch) this.#port.failed(publication, error);
      return;
    }
    for (const publication of batch) {
      this.#ask([publication], false).then(
        ({ codes, details }) => this.#port.answered(publication, codes[0]!, details?.[0] ?? 0),
        (own: TroupeError) => this.#port.failed(publication, own),
      );
    }
  }

  #ask(batch: readonly Publication[], isAtomic: boolean): Promise<PublishAnswer> {
    const subjects: string[] = [];
    const payloads: unknown[] = [];
    const bytes: number[] = [];
    let options: (PublishOptions | null)[] | null = null;
    for (let i = 0; i < batch.length; i++) {
      const publication = batch[i]!;
      subjects.push(publication.subject);
      payloads.push(publication.payload);
      bytes.push(publication.bytes);
      if (publication.options === null) continue;
      options ??= new Array<PublishOptions | null>(batch.length).fill(null);
      options[i] = publication.options;
    }
    return this.#shard.ask(
      { type: 'publish', batch: { subjects, payloads, bytes, options, isAtomic } },
      { timeoutMs: TIMEOUT_MS },
    );
  }
}

/** A code and its detail, in words. */
export function publishResult(
  code: number,
  detail: number,
  stream: string,
  durability: Durability,
): PublishResult {
  if (code > 0) return { status: 'stored', stream, seq: code, durability };
  switch (code) {
    case PUBLISH_CODES.duplicate:
      return { status: 'duplicate', stream, seq: detail };
    case PUBLISH_CODES.full:
      return { status: 'full', stream };
    case PUBLISH_CODES.conflict:
      return { status: 'conflict', stream, lastSeq: detail };
    case PUBLISH_CODES.noInterest:
      return { status: 'no-interest', stream };
    case PUBLISH_CODES.aborted:
      return { status: 'aborted', index: detail };
    default:
      return { status: 'delivered', subscribers: detail };
  }
}
