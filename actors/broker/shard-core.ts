import { TimerWheel, TroupeError } from '../../runtime/index.js';
import { Admitted } from './admitted.js';
import type { CoreHost, Time, Timed } from './core-host.js';
import {
  DEAD_SUFFIX,
  type Directory,
  type StreamEntry,
  sourceOf,
  unknownStream,
} from './directory.js';
import { type Beginning, GroupCore } from './group-core.js';
import { type LiveMessage, LiveSubscriptions } from './live-subscriptions.js';
import type { Member } from './member.js';
import type { ResolvedGroup, ResolvedStream } from './options.js';
import { Recycling } from './recycling.js';
import { Schedules } from './schedules.js';
import { type DeadInfo, rowFields, StoredMessage } from './stored-message.js';
import { StreamCore } from './stream-core.js';
import { TABLES, WriteSet } from './write-set.js';

/** Groups that one incarnation of a shard can make. */
const EPOCH_STEP = 2 ** 24;

/** What a shard begins with. */
export interface ShardSettings {
  readonly shard: number;
  /** Counts the incarnations of the shard. */
  readonly epoch: number;
  readonly hasJournal: boolean;
  readonly random: () => number;
}

/**
 * One shard as a synchronous machine: streams, groups, live subscriptions. Every step is given the time; what it
 * wants done is left in `writes`, `pending`, `touchedMembers`, for the shell to fetch.
 */
export class ShardCore implements CoreHost {
  readonly shard: number;
  readonly epoch: number;
  readonly hasJournal: boolean;
  readonly wheel: TimerWheel<Timed>;
  readonly bornMs: number;
  readonly recycling = new Recycling();
  readonly writes = new WriteSet();
  readonly streams = new Map<string, StreamCore>();
  /** Streams that could not be read back, and why: the others go on without them. */
  readonly damaged = new Map<string, unknown>();
  readonly live = new LiveSubscriptions();
  readonly schedules = new Schedules(this);
  directory: Directory;
  /** The present: the shell sets it before each step. */
  readonly time: Time;
  /** Messages that become visible with the transaction that is being collected. */
  pending = new Admitted();
  /** What is visible by now, for the next. */
  #spare: Admitted | null = null;
  /** Members with something in their batch. */
  touchedMembers: Member[] = [];
  readonly #random: () => number;
  #stirred: GroupCore[] = [];
  #dirty: GroupCore[] = [];
  readonly #groups = new Map<number, GroupCore>();
  /** Groups made in this incarnation. */
  #groupCount = 0;

  constructor(settings: ShardSettings, directory: Directory, time: Time) {
    this.shard = settings.shard;
    this.epoch = settings.epoch;
    this.hasJournal = settings.hasJournal;
    this.#random = settings.random;
    this.directory = directory;
    this.time = time;
    this.wheel = new TimerWheel(time.nowMs);
    this.bornMs = time.nowMs;
    for (const entry of directory.ofShard(this.shard)) this.addStream(entry);
  }

  nextEpoch(): number {
    return this.epoch * EPOCH_STEP + this.#groupCount++;
  }

  random(): number {
    return this.#random();
  }

  touched(member: Member): void {
    if (member.batch.length === 1) this.touchedMembers.push(member);
  }

  stirred(group: GroupCore): void {
    if (group.isStirred) return;
    group.isStirred = true;
    this.#stirred.push(group);
  }

  dirtied(group: GroupCore): void {
    if (group.isDirty) return;
    group.isDirty = true;
    this.#dirty.push(group);
  }

  /** Keeps the streams of a new directory, with its options, and drops those that are not in it. */
  update(directory: Directory): void {
    this.directory = directory;
    const mine = new Map(directory.ofShard(this.shard).map((entry) => [entry.name, entry]));
    for (const name of this.streams.keys()) {
      if (!mine.has(sourceOf(name))) this.#dropStream(name);
    }
    for (const name of this.damaged.keys())
      if (!mine.has(sourceOf(name))) this.damaged.delete(name);
    for (const entry of mine.values()) {
      const { name, options } = entry;
      const stream = this.streams.get(name);
      // A damaged one is left alone: what could be read of it must not be written over.
      if (stream === undefined && !this.damaged.has(name)) this.addStream(entry);
      stream?.update(options);
      this.streams.get(name + DEAD_SUFFIX)?.update(deadOptions(options));
    }
  }

  /** Makes a stream and the one of its dead letters. */
  addStream({ name, options }: StreamEntry): void {
    this.streams.set(name, new StreamCore(name, options, this, this.hasJournal));
    const deadName = name + DEAD_SUFFIX;
    const dead = new StreamCore(deadName, deadOptions(options), this, this.hasJournal);
    this.streams.set(deadName, dead);
  }

  /** @throws {TroupeError} ERR_BROKER_UNKNOWN, ERR_BROKER_DAMAGED */
  stream(name: string): StreamCore {
    const stream = this.streams.get(name);
    if (stream === undefined && this.damaged.has(name))
      throw damagedStream(name, this.damaged.get(name));
    if (stream === undefined) throw unknownStream(name);
    return stream;
  }

  /** A message was admitted: it is committed with the next transaction. */
  admitted(stream: StreamCore, message: StoredMessage): void {
    this.pending.add(stream, message);
  }

  bury(streamName: string, message: StoredMessage, dead: DeadInfo, time: Time): boolean {
    const stream = this.streams.get(streamName + DEAD_SUFFIX);
    if (stream === undefined) return false;
    const fields = {
      ...rowFields(message.row),
      publishedAtMs: time.wallMs,
      id: null,
      dueAtMs: 0,
      expiresAtMs: 0,
      target: null,
      dead,
    };
    const letter = StoredMessage.of(fields);
    const isAdmitted = stream.admit(letter, null, time) > 0;
    if (isAdmitted) this.admitted(stream, letter);
    return isAdmitted;
  }

  /** Makes messages visible whose transaction is written: to groups, and to those who listen; and forgets them. */
  commit(admitted: Admitted, time: Time): void {
    const { live } = this;
    const { length } = admitted;
    for (let at = 0; at < length; at++) {
      const message = admitted.messageAt(at);
      admitted.streamAt(at).commit(message, time);
      if (live.size > 0 && message.dead === null) live.publish(toLive(message));
    }
    let last: StreamCore | undefined;
    for (let at = 0; at < length; at++) {
      const stream = admitted.streamAt(at);
      if (stream !== last) stream.enforce();
      last = stream;
    }
    admitted.clear();
    this.#spare = admitted;
  }

  /** Makes a group. @param begin where it reads on, when it was there before */
  addGroup(stream: StreamCore, name: string, options: ResolvedGroup, begin: Beginning): GroupCore {
    const group = new GroupCore(name, stream, options, begin);
    stream.join(group);
    this.#groups.set(group.epoch, group);
    return group;
  }

  /** The group of an epoch, unless it is gone. */
  groupOf(epoch: number): GroupCore | undefined {
    return this.#groups.get(epoch);
  }

  /** Ends a group and forgets what it has read. */
  dropGroup(group: GroupCore): void {
    group.stream.leave(group);
    this.#groups.delete(group.epoch);
    group.close();
    if (group.ledger === null) return;
    this.writes.delete(TABLES.groups, `${group.stream.name}/${group.name}`);
    group.ledger.forget();
  }

  /** True when a group may have something to give out. */
  get hasStirred(): boolean {
    return this.#stirred.length > 0;
  }

  /** Gives out what can be given, until nothing changes. */
  dispatch(time: Time): void {
    while (this.#stirred.length > 0) {
      const groups = this.#stirred;
      this.#stirred = [];
      for (const group of groups) {
        group.isStirred = false;
        group.dispatch(time);
      }
    }
    this.persist();
  }

  /** Writes what groups have finished since the last call. */
  persist(): void {
    if (this.#dirty.length === 0) return;
    for (const group of this.#dirty) group.persist();
    this.#dirty = [];
  }

  /** Takes what has been admitted since the last call. */
  takePending(): Admitted {
    const taken = this.pending;
    this.pending = this.#spare ?? new Admitted();
    this.#spare = null;
    return taken;
  }

  #dropStream(name: string): void {
    const stream = this.streams.get(name)!;
    for (const group of stream.groups.values()) this.dropGroup(group);
    for (let at = stream.log.first(); at !== undefined; at = stream.log.first()) stream.remove(at);
    if (stream.isJournaled) this.writes.delete(TABLES.last, name);
    this.streams.delete(name);
  }
}

/** The options of the stream of a stream's dead letters. */
function deadOptions(options: ResolvedStream): ResolvedStream {
  return {
    ...options,
    subjects: [],
    retention: 'limits',
    discard: 'new',
    maxMessages: options.maxDeadLetters,
    maxBytes: Number.MAX_SAFE_INTEGER,
    maxAgeMs: Number.MAX_SAFE_INTEGER,
    maxMessagesPerSubject: Number.MAX_SAFE_INTEGER,
  };
}

/** What the journal holds of a stream cannot be read. */
function damagedStream(name: string, cause: unknown): TroupeError {
  return new TroupeError('ERR_BROKER_DAMAGED', {
    what: `the stream could not be read back: ${cause instanceof Error ? cause.message : ''}`,
    where: `stream ${name}`,
    mend: 'restore the journal from a copy',
    cause,
  });
}

function toLive({ subject, payload, headers }: StoredMessage): LiveMessage {
  return { subject, payload, headers, requester: null };
}
