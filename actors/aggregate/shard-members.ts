import type { ActorRef } from '../../runtime/index.js';
import type { AggregateMessage, AggregateNews } from './protocol.js';

/** How much a shard holds and does at a time. */
export interface ShardLimits {
  /** Aggregates in memory. */
  readonly aliveCount: number;
  /** Aggregates whose commands wait for room in memory. */
  readonly waitingCount: number;
  /** Time without a command after which an aggregate is passivated. */
  readonly idleMs: number;
  /** Commands that wait for one aggregate. */
  readonly queueCount: number;
  /** Commands of one aggregate in one transaction. */
  readonly batchCount: number;
  /** Reads under way: recoveries, look-ups. */
  readonly readCount: number;
}

/** What a shard knows of one of its aggregates. */
export interface ShardMember {
  readonly id: string;
  /** `waiting`: for room; `alive`: is there; `leaving`: was told to end, and still answers what came before. */
  phase: 'waiting' | 'alive' | 'leaving';
  ref: ActorRef<AggregateMessage> | null;
  usedMs: number;
  /** What came while it was not alive, in order. */
  readonly held: AggregateNews[];
}

/**
 * The aggregates of one shard, least recently used first, and who waits for room. Says who may live; does
 * not start or end anybody itself.
 */
export class ShardMembers {
  readonly #members = new Map<string, ShardMember>();
  readonly #byActor = new Map<string, ShardMember>();
  readonly #aliveLimit: number;
  readonly #waitingLimit: number;
  /** Waiting ids, oldest first. */
  readonly #waiting = new Set<string>();
  /** Members that leave. */
  #leavingCount = 0;

  /**
   * @param aliveLimit aggregates in memory at a time, those that leave included
   * @param waitingLimit aggregates that wait for room
   */
  constructor(aliveLimit: number, waitingLimit: number) {
    this.#aliveLimit = aliveLimit;
    this.#waitingLimit = waitingLimit;
  }

  /** True when so many wait already that a new one must not. */
  isCrowded(member: ShardMember): boolean {
    return member.phase === 'waiting' && this.#waiting.size > this.#waitingLimit;
  }

  /** Takes one away for which nothing was held. */
  forget(member: ShardMember): void {
    if (member.phase !== 'waiting' || member.held.length > 0) return;
    this.#waiting.delete(member.id);
    this.#members.delete(member.id);
  }

  /** All that was held for those that are not alive. */
  *allHeld(): Iterable<AggregateNews> {
    for (const { held } of this.#members.values()) yield* held.splice(0);
  }

  get aliveCount(): number {
    return this.#byActor.size;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** The member of that id, now the most recently used; a new one waits for room. */
  use(id: string, nowMs: number): ShardMember {
    let member = this.#members.get(id);
    if (member === undefined) {
      member = { id, phase: 'waiting', ref: null, usedMs: nowMs, held: [] };
      this.#members.set(id, member);
      this.#waiting.add(id);
      return member;
    }
    member.usedMs = nowMs;
    this.#members.delete(id);
    this.#members.set(id, member);
    return member;
  }

  find(id: string): ShardMember | undefined {
    return this.#members.get(id);
  }

  /** The next to be started, if there is room. */
  nextToWake(): ShardMember | undefined {
    if (this.#byActor.size >= this.#aliveLimit) return undefined;
    for (const id of this.#waiting) return this.#members.get(id);
    return undefined;
  }

  woken(member: ShardMember, ref: ActorRef<AggregateMessage>): void {
    this.#waiting.delete(member.id);
    member.phase = 'alive';
    member.ref = ref;
    this.#byActor.set(ref.id, member);
  }

  /** Those to be told to leave: the least recently used, as many as others wait and none leaves for. */
  toMakeRoom(): readonly ShardMember[] {
    const lacking = this.#waiting.size - (this.#aliveLimit - this.aliveCount) - this.#leavingCount;
    return lacking > 0 ? this.#oldest(lacking, Number.POSITIVE_INFINITY) : [];
  }

  /** Those that nobody has used since a moment. */
  idleSince(ms: number): readonly ShardMember[] {
    return this.#oldest(Number.POSITIVE_INFINITY, ms);
  }

  #oldest(count: number, beforeMs: number): ShardMember[] {
    const found: ShardMember[] = [];
    for (const member of this.#members.values()) {
      if (found.length >= count || member.usedMs > beforeMs) break;
      if (member.phase === 'alive') found.push(member);
    }
    return found;
  }

  leaving(member: ShardMember): void {
    member.phase = 'leaving';
    this.#leavingCount++;
    // Out of the way of those who look for the least recently used.
    this.#members.delete(member.id);
    this.#members.set(member.id, member);
  }

  /** The actor is gone. @returns its member; it waits again if something was held for it */
  gone(actorId: string): ShardMember | undefined {
    const member = this.#byActor.get(actorId);
    if (member === undefined) return undefined;
    this.#byActor.delete(actorId);
    if (member.phase === 'leaving') this.#leavingCount--;
    member.ref = null;
    member.phase = 'waiting';
    if (member.held.length > 0) this.#waiting.add(member.id);
    else this.#members.delete(member.id);
    return member;
  }
}
