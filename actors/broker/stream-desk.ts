import { type ActorRef, checkMade, checkNames } from '../../runtime/index.js';
import type { BrokerAddress } from './broker-actor.js';
import { clientClosed } from './consumer.js';
import { Directory, sourceOf } from './directory.js';
import type { RedriveFilter } from './group-setup.js';
import type { GroupInfo, MessageView, StreamInfo } from './info.js';
import type { GroupOptions, StartAt, StreamOptions } from './options.js';
import type { PublishDesk } from './publisher.js';
import type { PurgeFilter } from './purge.js';
import type { GroupCommand, ShardMessage } from './shard-protocol.js';
import { checkPattern, checkSubject } from './subject.js';

/** What a client can do with streams and groups as such. */
export class StreamDesk {
  /** @internal */
  protected readonly address: BrokerAddress;
  /** @internal */
  protected readonly desk: PublishDesk;
  /** @internal */
  protected isClosed = false;

  /** @internal see `openBroker` */
  constructor(address: BrokerAddress, desk: PublishDesk) {
    checkMade(desk !== undefined, 'StreamDesk', 'await openBroker(system, address)');
    this.address = address;
    this.desk = desk;
  }

  /** Names of all streams. */
  async streams(): Promise<readonly string[]> {
    this.assertOpen();
    await this.desk.refresh();
    return this.desk.directory.data.streams.map(({ name }) => name);
  }

  /** Makes a stream. @throws {TroupeError} ERR_OPTION, ERR_BROKER_SUBJECT, ERR_BROKER_STREAM */
  async createStream(name: string, options: StreamOptions): Promise<void> {
    const ask = { type: 'create-stream', name, options } as const;
    this.desk.directory = new Directory(await this.address.coordinator.ask(ask));
  }

  /**
   * Gives a stream other options; those that are left out stay. Lower limits hold at once, but messages keep the age that
   * they were allowed when they came.
   * @throws {TroupeError} ERR_OPTION, ERR_BROKER_SUBJECT, ERR_BROKER_UNKNOWN; ERR_BROKER_STREAM for another `retention`,
   *   `storage` or `place`
   */
  async updateStream(name: string, options: Partial<StreamOptions>): Promise<void> {
    const ask = { type: 'update-stream', name, options } as const;
    this.desk.directory = new Directory(await this.address.coordinator.ask(ask));
  }

  /** Ends a stream, with its messages and groups. @throws {TroupeError} ERR_BROKER_UNKNOWN */
  async deleteStream(name: string): Promise<void> {
    const ask = { type: 'delete-stream', name } as const;
    this.desk.directory = new Directory(await this.address.coordinator.ask(ask));
  }

  /** Makes a consumer group, unless it is there. */
  openGroup(stream: string, group: string, options: GroupOptions = {}): Promise<GroupInfo> {
    return this.#command(stream, group, { do: 'open', options });
  }

  groupInfo(stream: string, group: string): Promise<GroupInfo> {
    return this.#command(stream, group, { do: 'info' });
  }

  /** Nothing is delivered until {@link resume}; what is in flight can be settled. */
  pause(stream: string, group: string): Promise<GroupInfo> {
    return this.#command(stream, group, { do: 'pause' });
  }

  resume(stream: string, group: string): Promise<GroupInfo> {
    return this.#command(stream, group, { do: 'resume' });
  }

  /** Pauses, and resolves when nothing is in flight any more. */
  drain(stream: string, group: string): Promise<GroupInfo> {
    return this.#command(stream, group, { do: 'drain' });
  }

  /** The group begins anew there; deliveries in flight are void. */
  reset(stream: string, group: string, to: StartAt): Promise<GroupInfo> {
    return this.#command(stream, group, { do: 'reset', to });
  }

  deleteGroup(stream: string, group: string): Promise<GroupInfo> {
    return this.#command(stream, group, { do: 'delete' });
  }

  async streamInfo(stream: string): Promise<StreamInfo> {
    return (await this.shardOf(stream)).ask({ type: 'stream-info', stream });
  }

  /** Stored messages, to be looked at: from a sequence on, at most so many. */
  async read(stream: string, from = 1, limit = 100): Promise<readonly MessageView[]> {
    return (await this.shardOf(stream)).ask({ type: 'read', stream, from, limit });
  }

  /** The newest stored message of a subject; undefined when there is none. */
  async last(stream: string, subject: string): Promise<MessageView | undefined> {
    checkSubject(subject);
    return (await (await this.shardOf(stream)).ask({ type: 'last', stream, subject })) ?? undefined;
  }

  /**
   * Removes stored messages. What a consumer has of them can be settled, and is not delivered again.
   * @returns how many
   */
  async purge(stream: string, filter: PurgeFilter = {}): Promise<number> {
    checkNames('purge', filter, { subject: true, from: true, before: true });
    if (filter.subject !== undefined) checkPattern(filter.subject);
    const shard = await this.shardOf(stream);
    let count = 0;
    // Many small steps, so that others are served in between.
    for (let { from = 1 } = filter; from > 0; ) {
      const purged = await shard.ask({ type: 'purge', stream, filter: { ...filter, from } });
      count += purged.count;
      from = purged.next;
    }
    return count;
  }

  /** Publishes dead letters of a stream again, for the group they died in. @returns how many */
  async redrive(stream: string, filter: RedriveFilter = {}): Promise<number> {
    return (await this.shardOf(stream)).ask({ type: 'redrive', stream, filter });
  }

  async #command(stream: string, group: string, command: GroupCommand): Promise<GroupInfo> {
    const shard = await this.shardOf(stream);
    return shard.ask({ type: 'group', stream, group, command }, { timeoutMs: 120_000 });
  }

  /** @internal the shard of a stream, of which this client may not have heard yet */
  protected async shardOf(stream: string): Promise<ActorRef<ShardMessage>> {
    this.assertOpen();
    if (!this.knows(stream)) await this.desk.refresh();
    return this.address.shards[this.desk.directory.shardOfStream(stream)]!;
  }

  /** @internal true when the directory has the stream: a stream of dead letters is there with its source */
  protected knows(stream: string): boolean {
    const { directory } = this.desk;
    return directory.entry(sourceOf(stream)) !== undefined;
  }

  /** @internal */
  protected assertOpen(): void {
    if (this.isClosed) throw clientClosed();
  }
}
