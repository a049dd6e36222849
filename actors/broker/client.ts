import { type ActorRef, checkMade, checkNames, type OptionNames } from '../../runtime/index.js';
import type { BrokerAddress } from './broker-actor.js';
import { checkPublishOptions } from './check-publish.js';
import { type BrokerOwner, type ClientOwner, clientOwner } from './client-owner.js';
import {
  type ConsumeOptions,
  Consumer,
  clientClosed,
  PULL_EXPIRES_MS,
  type PullSource,
} from './consumer.js';
import type { Delivery, OutgoingMessage } from './delivery.js';
import { Directory, type DirectoryData } from './directory.js';
import { checkCount, checkGroupNames, checkName } from './options.js';
import { payloadBytes } from './payload-size.js';
import type { PublishResult } from './publish-result.js';
import { PublishDesk, Publisher, type PublisherOptions } from './publisher.js';
import type { PublishOptions } from './publishing.js';
import { type Fetching, PullSources } from './pull-sources.js';
import type { ScheduleOptions } from './schedules.js';
import type { ShardMessage } from './shard-protocol.js';
import { StreamDesk } from './stream-desk.js';
import { checkPattern, checkSubject } from './subject.js';
import { checkWhenSlow, type SubscribeOptions, Subscription } from './subscription.js';

/** One pull. Every field has a default. */
export interface FetchOptions<T = unknown> extends ConsumeOptions<T> {
  /** How long to wait for the first message; 30,000 ms. */
  readonly expiresMs?: number;
}

const SUBSCRIBE: OptionNames<SubscribeOptions> = {
  queue: true,
  capacity: true,
  whenSlow: true,
  retained: true,
};
const CONSUME: OptionNames<ConsumeOptions> = {
  create: true,
  batch: true,
  bytes: true,
  schema: true,
};
const FETCH: OptionNames<FetchOptions> = { ...CONSUME, expiresMs: true };
const SCHEDULE: OptionNames<ScheduleOptions> = {
  subject: true,
  payload: true,
  options: true,
  cron: true,
  everyMs: true,
};

/**
 * A client of a broker. Publications and answers of one turn travel together. It belongs to the thread it was opened
 * on, and to its actor: when that ends, what it holds goes to others.
 */
export class Broker extends StreamDesk {
  readonly #owner: ClientOwner;
  readonly #sources: PullSources;
  readonly #open = new Set<{ close(): void }>();

  /** @internal made by {@link openBroker} */
  constructor(owner: BrokerOwner, address: BrokerAddress, directory: DirectoryData) {
    checkMade(directory !== undefined, 'Broker', 'await openBroker(system, address)');
    super(address, new PublishDesk(address, new Directory(directory)));
    this.#owner = clientOwner(owner);
    this.#sources = new PullSources(address, this.desk, this.#owner);
  }

  /**
   * Publishes a message. Resolves when it is stored as safely as the broker promises, or given to those who listen;
   * waits while too much is under way. What a stream refuses is a value.
   * @throws {TroupeError} ERR_BROKER_SUBJECT, ERR_BROKER_PAYLOAD, ERR_NOT_SENDABLE; ERR_BROKER_CLOSED and
   *   ERR_THREAD_DIED: it may have been stored; all as rejections
   */
  publish(subject: string, payload: unknown, options?: PublishOptions): Promise<PublishResult> {
    if (this.isClosed) return Promise.reject(clientClosed());
    return this.desk.publish(subject, payload, options ?? null);
  }

  /**
   * Publishes messages of one stream, all or none: one that is refused, or is there already by its `id`, refuses all.
   * The results say which, in the order of the messages; look at them.
   */
  publishBatch(messages: readonly OutgoingMessage[]): Promise<readonly PublishResult[]> {
    if (this.isClosed) return Promise.reject(clientClosed());
    return this.desk.publishBatch(messages);
  }

  /** A publisher for messages of one type. */
  publisher<T>(options: PublisherOptions<T> = {}): Publisher<T> {
    this.assertOpen();
    return new Publisher(this.desk, options);
  }

  /**
   * Asks those who listen; the first answer counts.
   * @throws {TroupeError} ERR_BROKER_NO_RESPONDER at once when nobody listens; ERR_ASK_TIMEOUT; what was answered
   */
  async request<R = unknown>(
    subject: string,
    payload: unknown,
    options: { readonly timeoutMs?: number; readonly headers?: Record<string, string> } = {},
  ): Promise<R> {
    this.assertOpen();
    checkNames('request', options, { timeoutMs: true, headers: true });
    checkSubject(subject);
    const shard = this.#shard(this.desk.directory.shardOfSubject(subject));
    const { timeoutMs, headers = null } = options;
    const ask = timeoutMs === undefined ? {} : { timeoutMs };
    return (await shard.ask({ type: 'request', subject, payload, headers }, ask)) as R;
  }

  /** Listens to what is published from now on. @throws {TroupeError} ERR_BROKER_SUBJECT */
  async subscribe<T = unknown>(
    pattern: string,
    options: SubscribeOptions = {},
  ): Promise<Subscription<T>> {
    this.assertOpen();
    checkPattern(pattern);
    checkNames('subscribe', options, SUBSCRIBE);
    const { queue = null, capacity = 10_000, whenSlow = 'drop-oldest', retained = false } = options;
    checkWhenSlow(whenSlow);
    const listen = {
      type: 'listen',
      id: this.#sources.nextId(),
      pattern,
      queue,
      capacity: checkCount('subscribe', 'capacity', capacity, 1),
      whenSlow,
      retained,
      owner: this.#owner.ref,
      incarnation: this.#owner.incarnation,
    } as const;
    const subscription: Subscription<T> = new Subscription<T>(this.address.shards, listen, () =>
      this.#open.delete(subscription),
    );
    this.#open.add(subscription);
    await subscription.open();
    return subscription;
  }

  /**
   * Messages of a consumer group, as an async iterator; its first `next` rejects when there is no such stream.
   * @throws {TroupeError} ERR_OPTION, ERR_BROKER_CLOSED
   */
  consume<T = unknown>(
    stream: string,
    group: string,
    options: ConsumeOptions<T> = {},
  ): Consumer<T> {
    this.assertOpen();
    checkNames<ConsumeOptions<T>>('consume', options, CONSUME);
    checkCount('consume', 'batch', options.batch ?? 1, 1);
    if (options.create !== undefined) checkGroupNames(group, options.create);
    const consumer: Consumer<T> = new Consumer(
      () => this.#sourceOf(stream, group),
      options,
      () => this.#open.delete(consumer),
    );
    this.#open.add(consumer);
    return consumer;
  }

  /** Some messages of a group, once; none when nothing came in time. */
  fetch<T = unknown>(
    stream: string,
    group: string,
    options: FetchOptions<T> = {},
  ): Promise<Delivery<T>[]> {
    try {
      this.assertOpen();
      checkNames<FetchOptions<T>>('fetch', options, FETCH);
      checkCount('fetch', 'batch', options.batch ?? 1, 1);
      if (options.create !== undefined) checkGroupNames(group, options.create);
      const known = this.#sources.known(stream, group);
      if (known !== undefined) return this.#fetch(known, options);
      if (this.knows(stream)) return this.#fetchFirst(stream, group, options);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.desk.refresh().then(() => this.#fetchFirst(stream, group, options));
  }

  /**
   * Publishes again and again, by a cron expression (UTC) or every so many milliseconds. A schedule of that name is
   * replaced. What was missed while nothing ran is published once.
   * @throws {TroupeError} ERR_OPTION, ERR_BROKER_SUBJECT, ERR_BROKER_STREAM (the name)
   */
  async schedule(name: string, schedule: ScheduleOptions): Promise<void> {
    this.assertOpen();
    checkName('the schedule', name);
    checkNames('schedule', schedule, SCHEDULE);
    if (schedule.options !== undefined) checkPublishOptions(schedule.options);
    checkSubject(schedule.subject);
    const shard = this.#shard(this.desk.directory.shardOfSubject(schedule.subject));
    const bytes = payloadBytes(schedule.payload);
    await shard.ask({ type: 'schedule', name, schedule, bytes });
    const others = this.address.shards.filter((each) => each !== shard);
    await Promise.all(others.map((each) => each.ask({ type: 'unschedule', name })));
  }

  /** Ends a schedule. @returns false when there was none */
  async unschedule(name: string): Promise<boolean> {
    this.assertOpen();
    const { shards } = this.address;
    const found = await Promise.all(shards.map((each) => each.ask({ type: 'unschedule', name })));
    return found.includes(true);
  }

  /** Ends the client: its consumers and subscriptions end, what they hold goes to others. */
  close(): void {
    this.isClosed = true;
    for (const each of [...this.#open]) each.close();
    this.#sources.close();
  }

  /** @internal where a consumer of a group pulls from, under a name of its own */
  source(stream: string, group: string, handling: SharedArrayBuffer | null, maxMs: number) {
    return this.#sources.source(stream, group, handling, maxMs);
  }

  #fetchFirst<T>(stream: string, group: string, options: FetchOptions<T>): Promise<Delivery<T>[]> {
    return this.#fetch(this.#sources.fetching(stream, group), options);
  }

  #fetch<T>({ lane, source }: Fetching, options: FetchOptions<T>): Promise<Delivery<T>[]> {
    const { create = null, batch = 100, bytes = Number.MAX_SAFE_INTEGER, schema } = options;
    const { expiresMs = PULL_EXPIRES_MS } = options;
    const found = lane.fetch(source, create, batch, bytes, expiresMs, schema);
    return found as Promise<Delivery<T>[]>;
  }

  async #sourceOf(stream: string, group: string): Promise<PullSource> {
    await this.shardOf(stream);
    return this.#sources.source(stream, group);
  }

  #shard(index: number): ActorRef<ShardMessage> {
    return this.address.shards[index]!;
  }
}

/** Opens a client of a broker for an actor, or for the program around the system. */
export async function openBroker(owner: BrokerOwner, address: BrokerAddress): Promise<Broker> {
  const directory = await address.coordinator.ask({ type: 'directory' });
  return new Broker(owner, address, directory);
}
