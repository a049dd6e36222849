import {
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
import { PublishLane, type PublishPort } from './publish-lane.js';
import { type PublishResult, publishResult } from './publish-result.js';
import { PublishRoom } from './publish-room.js';
import { MessageColumns, type PublishTurn } from './publish-turn.js';
import { PUBLISH_CODES, type PublishAnswer, type PublishOptions } from './publishing.js';
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
  readonly #room = new PublishRoom(MAX_PENDING_COUNT);
  #renewing: Promise<void> | null = null;

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
    if (!this.#room.take(1)) return this.#later(subject, payload, bytes, options);
    return this.#lanes[route.shard]!.publish(route, payload, bytes, options);
  }

  publishBatch(outgoing: readonly OutgoingMessage[]): Promise<readonly PublishResult[]> {
    try {
      const { length } = outgoing;
      if (length === 0) return Promise.resolve([]);
      const messages = this.#columns(outgoing);
      if (this.#room.take(length)) return this.#atomic(messages, length);
      return this.#room.wait(length).then(() => this.#atomic(messages, length));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #columns(outgoing: readonly OutgoingMessage[]): MessageColumns {
    const messages = new MessageColumns(outgoing.length);
    let route: Route | null = null;
    let last: string | null = null;
    for (let i = 0; i < outgoing.length; i++) {
      const message = outgoing[i]!;
      checkOutgoing('publishBatch', message);
      const { subject, payload, options = null } = message;
      // Most batches are of one subject: the same string, not only one of the same characters.
      if (route === null || subject !== last) route = this.#route(subject);
      last = subject;
      const bytes = this.#checked(subject, route, payload, options);
      messages.add(route.subject, payload, bytes, options);
    }
    return messages;
  }

  /** Sends messages as one, and gives their room back. */
  async #atomic(messages: MessageColumns, count: number): Promise<readonly PublishResult[]> {
    try {
      const { subjects } = messages;
      const first = subjects[0]!;
      for (let move = 0; ; move++) {
        const { entry, shard } = this.directory.routeOf(first);
        if (entry !== null && this.#isOneStream(subjects, entry)) {
          const answer = await this.#lanes[shard]!.atomic(messages);
          if (!answer.codes.includes(PUBLISH_CODES.moved)) return this.#results(answer, entry);
        }
        if (move >= MAX_MOVES) throw notOneStream(first);
        await this.refresh();
      }
    } finally {
      this.#room.give(count);
    }
  }

  #isOneStream(subjects: readonly string[], stream: StreamEntry): boolean {
    let last = '';
    for (const subject of subjects) {
      if (subject !== last && this.directory.streamOf(subject) !== stream) return false;
      last = subject;
    }
    return true;
  }

  #results({ codes, details }: PublishAnswer, stream: StreamEntry): PublishResult[] {
    const durability = this.#durabilityOf(stream);
    const results = new Array<PublishResult>(codes.length);
    for (let i = 0; i < codes.length; i++) {
      const detail = details === null ? 0 : details[i]!;
      results[i] = publishResult(codes[i]!, detail, stream.name, durability);
    }
    return results;
  }

  answered(turn: PublishTurn, { codes, details }: PublishAnswer): void {
    for (let at = 0; at < codes.length; at++) {
      const { entry } = turn.routes[at]!;
      const code = codes[at]!;
      const detail = details === null ? 0 : details[at]!;
      if (code === PUBLISH_CODES.moved) this.#follow(turn, at);
      else if (entry !== null || code === PUBLISH_CODES.live) this.#answer(turn, at, code, detail);
      else {
        // A stream that this client has not heard of took it: what is it called?
        const named = (): void => this.#answer(turn, at, code, detail);
        this.#renew().then(named, named);
      }
    }
  }

  /** Its stream is not on the shard that it was sent to: sends it to the one that the present directory names. */
  #follow(turn: PublishTurn, at: number): void {
    const { subject } = turn.routes[at]!;
    const moves = turn.movesOf(at);
    if (moves >= MAX_MOVES) {
      this.failed(turn, at, notThere(subject));
      return;
    }
    const again = (): void => {
      const route = this.directory.routeOf(subject);
      this.#lanes[route.shard]!.follow(turn, at, route, moves + 1);
    };
    this.#renew().then(again, (error: unknown) => this.failed(turn, at, error));
  }

  /** As {@link refresh}, once for all publications that are answered meanwhile. */
  #renew(): Promise<void> {
    this.#renewing ??= this.refresh().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  #answer(turn: PublishTurn, at: number, code: number, detail: number): void {
    this.#room.give(1);
    const { entry, subject } = turn.routes[at]!;
    const stream = entry ?? this.directory.streamOf(subject);
    const durability = this.#durabilityOf(stream);
    turn.resolves[at]!(publishResult(code, detail, stream?.name ?? '', durability));
  }

  #durabilityOf(stream: StreamEntry | null): Durability {
    return stream?.options.storage === 'memory' ? 'memory' : this.#durability;
  }

  failed(turn: PublishTurn, at: number, error: unknown): void {
    this.#room.give(1);
    turn.rejects[at]!(error);
  }

  async #later(
    subject: string,
    payload: unknown,
    bytes: number,
    options: PublishOptions | null,
  ): Promise<PublishResult> {
    await this.#room.wait(1);
    const route = this.#route(subject);
    return this.#lanes[route.shard]!.publish(route, payload, bytes, options);
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
