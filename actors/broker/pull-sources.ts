import { type ActorRef, TroupeError } from '../../runtime/index.js';
import type { BrokerAddress } from './broker-actor.js';
import type { ClientOwner } from './client-owner.js';
import type { PullSource } from './consumer.js';
import type { Delivery, Effects } from './delivery.js';
import type { Directory } from './directory.js';
import { FetchLane } from './fetch-lane.js';
import { payloadBytes } from './payload-size.js';
import type { PublishDesk } from './publisher.js';
import { SettleLane } from './settle-lane.js';
import type { CompleteAnswer, HolderData, ShardMessage } from './shard-protocol.js';
import { checkSubject } from './subject.js';

/** Where the fetches of a group go. */
export interface Fetching {
  readonly lane: FetchLane;
  readonly source: PullSource;
}

/** Where the consumers of a client pull from and answer to. */
export class PullSources {
  readonly #address: BrokerAddress;
  readonly #desk: PublishDesk;
  readonly #owner: ClientOwner;
  /** By shard. */
  readonly #lanes: (SettleLane | undefined)[] = [];
  readonly #fetches: (FetchLane | undefined)[] = [];
  /** By stream and group, as `#directory` says. */
  readonly #fetching = new Map<string, Map<string, Fetching>>();
  #directory: Directory | null = null;
  /** The stream that was asked for last, and its groups: the next one is often the same. */
  #lastStream: string | null = null;
  #last: Map<string, Fetching> | undefined;
  #idCount = 0;

  constructor(address: BrokerAddress, desk: PublishDesk, owner: ClientOwner) {
    this.#address = address;
    this.#desk = desk;
    this.#owner = owner;
  }

  /** A name that nothing else in the broker has. */
  nextId(): string {
    return `${this.#owner.name}/${++this.#idCount}`;
  }

  /** Where the fetches of a group pull from, if any has been before, by the present directory. */
  known(stream: string, group: string): Fetching | undefined {
    if (this.#directory !== this.#desk.directory) return undefined;
    if (stream !== this.#lastStream) {
      this.#last = this.#fetching.get(stream);
      this.#lastStream = stream;
    }
    return this.#last?.get(group);
  }

  /** As {@link known}, for the first one too. @throws {TroupeError} ERR_BROKER_UNKNOWN */
  fetching(stream: string, group: string): Fetching {
    const known = this.known(stream, group);
    if (known !== undefined) return known;
    const { directory } = this.#desk;
    if (directory !== this.#directory) this.#forget();
    this.#directory = directory;
    let groups = this.#fetching.get(stream);
    const shard = directory.shardOfStream(stream);
    let lane = this.#fetches[shard];
    lane ??= new FetchLane(this.#address.shards[shard]!, this.#holder(null, 0));
    this.#fetches[shard] = lane;
    const fetching = { lane, source: this.#sourceOf(shard, stream, group, lane.holder) };
    groups ??= new Map();
    this.#fetching.set(stream, groups.set(group, fetching));
    this.#lastStream = null;
    return fetching;
  }

  /** What was fetched and not settled goes to others. */
  close(): void {
    for (const [shard, fetches] of this.#fetches.entries()) {
      if (fetches === undefined) continue;
      fetches.close();
      this.#lanes[shard]?.flush(true);
      this.#address.shards[shard]!.tell({ type: 'detach', id: fetches.holder.id });
    }
    this.#forget();
  }

  /** Where a consumer of a group pulls from, under a name of its own. @throws {TroupeError} ERR_BROKER_UNKNOWN */
  source(
    stream: string,
    group: string,
    handling: SharedArrayBuffer | null = null,
    maxHandlingMs = 0,
  ): PullSource {
    const shard = this.#desk.directory.shardOfStream(stream);
    return this.#sourceOf(shard, stream, group, this.#holder(handling, maxHandlingMs));
  }

  #forget(): void {
    this.#fetching.clear();
    this.#lastStream = null;
  }

  #holder(handling: SharedArrayBuffer | null, maxHandlingMs: number): HolderData {
    const { ref: owner, incarnation } = this.#owner;
    return { id: this.nextId(), owner, incarnation, handling, maxHandlingMs };
  }

  #sourceOf(index: number, stream: string, group: string, holder: HolderData): PullSource {
    const shard = this.#address.shards[index]!;
    let lane = this.#lanes[index];
    lane ??= new SettleLane(shard);
    this.#lanes[index] = lane;
    const completer = (delivery: Delivery, effects: Effects): Promise<CompleteAnswer> =>
      this.#complete(shard, stream, group, delivery, effects);
    return { shard, stream, group, holder, lane, completer };
  }

  async #complete(
    shard: ActorRef<ShardMessage>,
    stream: string,
    group: string,
    { seq, delivery, epoch }: Delivery,
    { appends = [], puts = [], publish = [] }: Effects,
  ): Promise<CompleteAnswer> {
    for (const { subject } of publish) {
      checkSubject(subject);
      const { directory } = this.#desk;
      const isStored = directory.streamOf(subject) !== null;
      if (isStored && directory.shardOfSubject(subject) === directory.shardOfStream(stream))
        continue;
      throw new TroupeError('ERR_BROKER_STREAM', {
        what: `'${subject}' is of no stream of the place of stream ${stream}`,
        mend: 'give both streams the same `place`, so that one transaction can hold both',
      });
    }
    const batch = {
      subjects: publish.map(({ subject }) => subject),
      payloads: publish.map(({ payload }) => payload),
      bytes: publish.map(({ payload }) => payloadBytes(payload)),
      options: publish.map(({ options }) => options ?? null),
      isAtomic: true,
    };
    return shard.ask({
      type: 'complete',
      stream,
      group,
      seq,
      delivery,
      epoch,
      appends,
      puts,
      publish: publish.length === 0 ? null : batch,
    });
  }
}
