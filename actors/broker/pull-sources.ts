import { type ActorRef, TroupeError } from '../../runtime/index.js';
import type { BrokerAddress } from './broker-actor.js';
import type { ClientOwner } from './client-owner.js';
import type { PullSource } from './consumer.js';
import type { Delivery, Effects } from './delivery.js';
import { payloadBytes } from './payload-size.js';
import type { PublishDesk } from './publisher.js';
import { SettleLane } from './settle-lane.js';
import type { CompleteAnswer, HolderData, ShardMessage } from './shard-protocol.js';
import { checkSubject } from './subject.js';

/** Where the consumers of a client pull from and answer to. */
export class PullSources {
  readonly #address: BrokerAddress;
  readonly #desk: PublishDesk;
  readonly #owner: ClientOwner;
  readonly #lanes = new Map<string, SettleLane>();
  /** One for all fetches of a group, so that the shard knows one holder and not one for each. */
  readonly #shared = new Map<string, PullSource>();
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

  /** Where the fetches of a group pull from. @throws {TroupeError} ERR_BROKER_UNKNOWN */
  shared(stream: string, group: string): PullSource {
    const key = `${stream}/${group}`;
    const source = this.#shared.get(key) ?? this.source(stream, group);
    this.#shared.set(key, source);
    return source;
  }

  /** What was fetched and not settled goes to others. */
  close(): void {
    for (const { lane, shard, holder } of this.#shared.values()) {
      lane.flush(true);
      shard.tell({ type: 'detach', id: holder.id });
    }
    this.#shared.clear();
  }

  /** Where a consumer of a group pulls from, under a name of its own. @throws {TroupeError} ERR_BROKER_UNKNOWN */
  source(
    stream: string,
    group: string,
    handling: SharedArrayBuffer | null = null,
    maxHandlingMs = 0,
  ): PullSource {
    const holder: HolderData = {
      id: this.nextId(),
      owner: this.#owner.ref,
      incarnation: this.#owner.incarnation,
      handling,
      maxHandlingMs,
    };
    const shard = this.#address.shards[this.#desk.directory.shardOfStream(stream)]!;
    const key = `${stream}/${group}`;
    let lane = this.#lanes.get(key);
    lane ??= new SettleLane(shard, stream, group);
    this.#lanes.set(key, lane);
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
