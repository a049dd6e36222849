import type { Time } from '#actors/broker/core-host.js';
import { Directory } from '#actors/broker/directory.js';
import type { GroupCore } from '#actors/broker/group-core.js';
import type { Verb } from '#actors/broker/group-deliveries.js';
import { openGroup } from '#actors/broker/group-setup.js';
import { Holder, Member } from '#actors/broker/member.js';
import { type GroupOptions, resolveStream, type StreamOptions } from '#actors/broker/options.js';
import type { Outstanding } from '#actors/broker/outstanding.js';
import { type PublishOptions, publishBatch } from '#actors/broker/publishing.js';
import { ShardCore } from '#actors/broker/shard-core.js';
import { SeededRandom } from '#runtime/base/random.js';
import type { MemoryJournal } from '#runtime/index.js';

/** The wall time at which a rig begins. */
export const START_MS = Date.UTC(2026, 0, 1);

/** A delivery as a test holds it. */
export interface Held {
  readonly group: GroupCore;
  readonly holder: Holder;
  readonly seq: number;
  readonly payload: unknown;
  readonly delivery: number;
  readonly failures: number;
  readonly ordinal: number;
}

/** One shard without actors, in a time that the test moves. */
export class ShardRig {
  readonly core: ShardCore;
  readonly time: Time;
  readonly #journal: MemoryJournal | null;

  constructor(
    streams: Readonly<Record<string, StreamOptions>>,
    seed = 1,
    journal: MemoryJournal | null = null,
    core: ShardCore | null = null,
    time: Time = { nowMs: 1000, wallMs: START_MS },
  ) {
    this.time = time;
    this.#journal = journal;
    const entries = Object.entries(streams).map(([name, options]) => ({
      name,
      options: resolveStream(name, options),
    }));
    const random = new SeededRandom(seed);
    const hasJournal = journal !== null;
    this.core =
      core ??
      new ShardCore(
        { shard: 0, epoch: 1, hasJournal, random: () => random.next() },
        new Directory({ version: 1, shardCount: 1, streams: entries }),
        this.time,
      );
  }

  group(stream: string, name: string, options: GroupOptions = {}): GroupCore {
    return openGroup(this.core, this.core.stream(stream), name, options, this.time);
  }

  /** @returns the sequence, or a code below 0 */
  publish(subject: string, payload: unknown = null, own: PublishOptions | null = null): number {
    return this.batch([[subject, payload, own]], false)[0]!;
  }

  batch(
    messages: readonly (readonly [string, unknown?, (PublishOptions | null)?])[],
    isAtomic: boolean,
  ): readonly number[] {
    const batch = {
      subjects: messages.map(([subject]) => subject),
      payloads: messages.map(([, payload]) => payload),
      bytes: messages.map(([, payload]) => (typeof payload === 'string' ? payload.length : 8)),
      options: messages.map(([, , own]) => own ?? null),
      isAtomic,
    };
    const { codes } = publishBatch(this.core, batch, this.time);
    this.step();
    return codes;
  }

  /** Takes up to so many messages. */
  pull(group: GroupCore, count: number, holder = new Holder('puller', null, 0)): Held[] {
    const member = new Member(holder, 1, count, Number.MAX_SAFE_INTEGER);
    group.members.add(member);
    this.core.stirred(group);
    this.step();
    group.members.close(member);
    return taken(group, member);
  }

  /** A consumer to which messages are pushed; `taken` empties what it got. */
  consumer(group: GroupCore, limit: number, holder: Holder): Member {
    const member = new Member(holder, 0, limit, Number.MAX_SAFE_INTEGER);
    group.members.add(member);
    this.core.stirred(group);
    this.step();
    return member;
  }

  settle(held: Held, verb: Verb, argument = -1, error?: string): boolean {
    const { group, seq, delivery } = held;
    const isPresent = group.deliveries.settle(
      seq,
      delivery,
      group.epoch,
      verb,
      argument,
      error,
      this.time,
    );
    this.step();
    return isPresent;
  }

  /** Moves time; the wall clock may jump besides. */
  advance(ms: number, wallJumpMs = 0): void {
    this.time.nowMs += ms;
    this.time.wallMs += ms + wallJumpMs;
    this.core.wheel.advance(this.time.nowMs, (timer) => timer.owner.expired(this.time));
    this.step();
  }

  /** What follows from what was done. */
  step(): void {
    const { core, time } = this;
    core.dispatch(time);
    const admitted = core.takePending();
    if (core.writes.size > 0) this.#journal?.apply(core.writes.take([]));
    core.commit(admitted, time);
    core.dispatch(time);
    if (core.writes.size > 0) this.#journal?.apply(core.writes.take([]));
    core.touchedMembers = [];
  }
}

/** What a member got since the last call. */
export function taken(group: GroupCore, member: Member): Held[] {
  const batch = member.batch;
  member.batch = [];
  return batch.map((found: Outstanding) => ({
    group,
    holder: member.holder,
    seq: found.message.seq,
    payload: found.message.payload,
    delivery: found.deliveries,
    failures: found.failures,
    ordinal: found.ordinal,
  }));
}

/** Their sequences. */
export function seqsOf(held: readonly Held[]): number[] {
  return held.map(({ seq }) => seq);
}
