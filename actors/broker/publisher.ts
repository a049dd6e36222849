import {
  CircularQueue,
  checkMade,
  checkNames,
  type Durability,
  TroupeError,
  toStorable,
} from '../../runtime/index.js';
import type { BrokerAddress } from './broker-actor.js';
import { checkOutgoing, checkPublishOptions } from './check-publish.js';
import type { OutgoingMessage } from './delivery.js';
import { Directory, type Route, type StreamEntry } from './directory.js';
import { payloadBytes } from './payload-size.js';
import {
  Publication,
  PublishLane,
  type PublishPort,
  type PublishResult,
  publishResult,
} from './publish-lane.js';
import { PUBLISH_CODES, type PublishOptions } from './publishing.js';
import { Pauses } from './retrying.js';
import { type StandardSchema, validated } from './schema.js';
import { checkSubject } from './subject.js';

/** Publications of one client that may be under way; more wait for room. */
const MAX_PENDING_COUNT = 8192;
/** Largest payload for a subject that no stream stores. */
const MAX_LIVE_BYTES = 2 ** 20;
/** How often a message follows its stream to another shard. */
const MAX_MOVES = 3;

/** How a publisher publishes. Every field has a default. */
export interface PublisherOptions<T = unknown> {
  /** What does not fit is refused before it is sent. */
  readonly schema?: StandardSchema<T>;
  /** Stands before each subject, with a dot. */
  readonly prefix?: string;
  /** `wait`: tries again until the stream has room. `return` when left out: the result says `full`. */
  readonly whenFull?: 'return' | 'wait';
}

/** Where a client's publications go out: a lane for each shard, and one bound for all. */
export class PublishDesk implements PublishPort {
  directory: Directory;
  readonly #address: BrokerAddress;
  readonly #lanes: PublishLane[];
  readonly #durability: Durability;
  #pendingCount = 0;
  #renewing: Promise<void> | null = null;
  /** Who waits for room, first come first served. */
  readonly #waiting = new CircularQueue<() => void>();

  constructor(address: BrokerAddress, directory: Directory) {
    this.#address = address;
    this.directory = directory;
    this.#lanes = address.shards.map((shard) => new PublishLane(shard, this));
    this.#durability = address.durability;
  }

  /** Asks for the present directory. */
  async refresh(): Promise<void> {
    this.directory = new Directory(await this.#address.coordinator.ask({ type: 'directory' }));
  }

  publish(
    subject: string,
    payload: unknown,
    options: PublishOptions | null,
  ): Promise<PublishResult> {
    let route: Route;
    let bytes: number;
    try {
      route = this.#route(subject);
      bytes = this.#checked(subject, route, payload, options);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#pendingCount >= MAX_PENDING_COUNT)
      return this.#later(subject, payload, bytes, options);
    this.#pendingCount++;
    return this.#send(route, payload, bytes, options);
  }

  async publishBatch(messages: readonly OutgoingMessage[]): Promise<readonly PublishResult[]> {
    if (messages.length === 0) return [];
    const publications = messages.map((message): Publication => {
      checkOutgoing('publishBatch', message);
      const { subject, payload, options = null } = message;
      const route = this.#route(subject);
      const bytes = this.#checked(subject, route, payload, options);
      return new Publication(route, payload, bytes, options, ignore, ignore);
    });
    const first = messages[0]!.subject;
    for (let move = 0; ; move++) {
      const stream = this.directory.streamOf(first);
      const isOne = messages.every(({ subject }) => this.directory.streamOf(subject) === stream);
      if (stream !== null && isOne) {
        const lane = this.#lanes[this.directory.shardOfSubject(first)]!;
        const { codes, details } = await lane.atomic(publications);
        if (!codes.includes(PUBLISH_CODES.moved)) {
          return codes.map((code, i) =>
            publishResult(code, details?.[i] ?? 0, stream.name, this.#durabilityOf(stream)),
          );
        }
      }
      if (move >= MAX_MOVES) throw notOneStream(first);
      await this.refresh();
    }
  }

  #send(
    route: Route,
    payload: unknown,
    bytes: number,
    options: PublishOptions | null,
  ): Promise<PublishResult> {
    const answered = new Promise<PublishResult>(capture);
    this.#push(new Publication(route, payload, bytes, options, captured.resolve, captured.reject));
    return answered;
  }

  #push(publication: Publication): void {
    this.#lanes[publication.route.shard]!.push(publication);
  }

  answered(publication: Publication, code: number, detail: number): void {
    if (code === PUBLISH_CODES.moved && publication.moves++ >= MAX_MOVES) {
      this.failed(publication, notThere(publication.subject));
      return;
    }
    if (code === PUBLISH_CODES.moved) {
      const again = (): void => {
        publication.route = this.directory.routeOf(publication.subject);
        this.#push(publication);
      };
      this.#renew().then(again, (error: unknown) => this.failed(publication, error));
      return;
    }
    const { entry } = publication.route;
    // A stream that this client has not heard of took it: what is it called?
    if (entry === null && code !== PUBLISH_CODES.live) {
      const named = (): void => this.#answer(publication, code, detail);
      this.#renew().then(named, named);
    } else this.#answer(publication, code, detail);
  }

  /** As {@link refresh}, once for all publications that are answered meanwhile. */
  #renew(): Promise<void> {
    this.#renewing ??= this.refresh().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  #answer({ subject, route, resolve }: Publication, code: number, detail: number): void {
    this.#settled();
    const stream = route.entry ?? this.directory.streamOf(subject);
    resolve(publishResult(code, detail, stream?.name ?? '', this.#durabilityOf(stream)));
  }

  #durabilityOf(stream: StreamEntry | null): Durability {
    return stream?.options.storage === 'memory' ? 'memory' : this.#durability;
  }

  failed(publication: Publication, error: unknown): void {
    this.#settled();
    publication.reject(error);
  }

  async #later(
    subject: string,
    payload: unknown,
    bytes: number,
    options: PublishOptions | null,
  ): Promise<PublishResult> {
    // The place is handed over, so that nobody overtakes.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#send(this.#route(subject), payload, bytes, options);
  }

  #settled(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#pendingCount--;
    else next();
  }

  /** @throws {TroupeError} ERR_BROKER_SUBJECT */
  #route(subject: string): Route {
    const known = this.directory.knownRoute(subject);
    if (known !== undefined) return known;
    checkSubject(subject);
    return this.directory.routeOf(subject);
  }

  /** @returns the size. @throws {TroupeError} ERR_BROKER_PAYLOAD, ERR_NOT_SENDABLE, ERR_OPTION */
  #checked(
    subject: string,
    { entry: stream }: Route,
    payload: unknown,
    options: PublishOptions | null,
  ): number {
    if (options !== null) checkPublishOptions(options);
    const bytes = payloadBytes(payload);
    const isStored = stream?.options.storage === 'journal' && this.#durability !== 'memory';
    // Here, because in a transaction it would fail all others with it.
    if (isStored) toStorable(payload);
    const limit = stream === null ? MAX_LIVE_BYTES : stream.options.maxPayloadBytes;
    if (bytes <= limit) return bytes;
    throw new TroupeError('ERR_BROKER_PAYLOAD', {
      what: `the payload has about ${bytes} bytes of at most ${limit}`,
      where: subject,
      mend: 'publish less, or a reference to it, or raise maxPayloadBytes of the stream',
    });
  }
}

/** Publishes messages of one type. */
export class Publisher<T> {
  readonly #desk: PublishDesk;
  readonly #options: PublisherOptions<T>;

  /** @internal made by `broker.publisher` */
  constructor(desk: PublishDesk, options: PublisherOptions<T>) {
    checkMade(options !== undefined, 'Publisher', 'broker.publisher({ … })');
    checkNames('publisher', options, { schema: true, prefix: true, whenFull: true });
    this.#desk = desk;
    this.#options = options;
  }

  /** As `broker.publish`, and what does not fit the schema is refused with ERR_BROKER_PAYLOAD. */
  async publish(subject: string, payload: T, options?: PublishOptions): Promise<PublishResult> {
    const { schema, prefix, whenFull } = this.#options;
    const whole = prefix === undefined ? subject : `${prefix}.${subject}`;
    const value = schema === undefined ? payload : validated(schema, payload, whole);
    const pauses = new Pauses();
    for (;;) {
      const result = await this.#desk.publish(whole, value, options ?? null);
      if (result.status !== 'full' || whenFull !== 'wait') return result;
      await pauses.next();
    }
  }
}

/** How the promise made last is settled: one function for all, instead of a closure for each publication. */
const captured: { -readonly [K in 'resolve' | 'reject']: Publication[K] } = {
  resolve: ignore,
  reject: ignore,
};

function capture(resolve: Publication['resolve'], reject: Publication['reject']): void {
  captured.resolve = resolve;
  captured.reject = reject;
}

/** An atomic batch is answered as a whole. */
function ignore(): void {}

function notThere(subject: string): TroupeError {
  return new TroupeError('ERR_BROKER_UNKNOWN', {
    what: 'the shard of its stream does not have it',
    where: subject,
    mend: '`streamInfo` of the stream says why: it may be damaged',
  });
}

function notOneStream(subject: string): TroupeError {
  return new TroupeError('ERR_BROKER_STREAM', {
    what: 'the messages of an atomic batch are not of one stream',
    where: subject,
    mend: 'publish each stream its own batch, or use `complete`',
  });
}
