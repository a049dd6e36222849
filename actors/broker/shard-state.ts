import {
  type ActorRef,
  type AnyRef,
  type Context,
  type Requester,
  TimerEntry,
  TroupeError,
} from '../../runtime/index.js';
import type { CommitPipeline } from './commit-pipeline.js';
import type { Timed } from './core-host.js';
import { sendDeliveries } from './delivery-batch.js';
import { type Completing, type Demand, PullExpiry } from './demand.js';
import type { GroupCore } from './group-core.js';
import { openGroup } from './group-setup.js';
import { type GroupInfo, groupInfo } from './info.js';
import { ListenerDesk } from './listener-desk.js';
import { Holder, Member } from './member.js';
import { checkGroupNames, type GroupOptions } from './options.js';
import type { ShardCore } from './shard-core.js';
import type { DeliverMessage, DeliveryBatch, HolderData, ShardMessage } from './shard-protocol.js';

/** Longest sleep of the shard's timer: it looks again then. */
const MAX_SLEEP_MS = 3_600_000;

interface OwnerRecord {
  incarnation: number;
  readonly holders: Set<string>;
  readonly listeners: Set<string>;
}

/** The shell around a shard's core: who waits for what, the timer, and what goes out after each step. */
export class ShardState {
  readonly core: ShardCore;
  readonly pipeline: CommitPipeline;
  readonly listeners: ListenerDesk;
  readonly holders = new Map<string, Holder>();
  readonly #demands = new Map<Member, Demand>();
  readonly #pullTimers = new Map<Member, TimerEntry<Timed>>();
  readonly #owners = new Map<string, OwnerRecord>();
  #wakeAtMs = Number.POSITIVE_INFINITY;
  /** Acknowledgements that are being written apart. */
  readonly completions = new Map<number, Completing>();
  lastCompletion = 0;
  /** Who waits until nothing of a group is in flight. */
  drains: { readonly group: GroupCore; readonly requester: Requester<GroupInfo> }[] = [];

  constructor(core: ShardCore, pipeline: CommitPipeline) {
    this.core = core;
    this.pipeline = pipeline;
    this.listeners = new ListenerDesk(core.live);
  }

  /** Begins a step: the time of everything in it. */
  begin(ctx: Context<ShardMessage>): void {
    const { time } = this.core;
    time.nowMs = ctx.now();
    time.wallMs = Date.now();
  }

  /** Ends a step: gives out messages, begins to write, sets the timer. */
  end(ctx: Context<ShardMessage>): void {
    const { core, pipeline } = this;
    do {
      core.dispatch(core.time);
      pipeline.submit(core.time);
      // What was committed at once can be given out at once.
      core.dispatch(core.time);
    } while (this.#send());
    this.listeners.flush();
    if (this.drains.length > 0) this.#answerDrained();
    const nextMs = core.wheel.nextExpiryMs();
    if (nextMs >= this.#wakeAtMs) return;
    this.#wakeAtMs = nextMs;
    const delayMs = Math.min(Math.max(0, nextMs - core.time.nowMs), MAX_SLEEP_MS);
    ctx.startTimer('wake', delayMs, { type: 'wake' });
  }

  /** The timer has fired. */
  wake(): void {
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    const { time, wheel } = this.core;
    wheel.advance(time.nowMs, (timer) => timer.owner.expired(time));
  }

  /** The group of that name; made with `options` when it is not there. */
  group(streamName: string, name: string, options: GroupOptions | null): GroupCore {
    const stream = this.core.stream(streamName);
    const group = stream.groups.get(name);
    if (group !== undefined) {
      if (options !== null) checkGroupNames(name, options);
      return group;
    }
    if (options === null) {
      throw new TroupeError('ERR_BROKER_UNKNOWN', {
        what: `there is no group '${String(name).slice(0, 80)}'`,
        where: `stream ${streamName}`,
        mend: 'open it with its options first',
      });
    }
    return openGroup(this.core, stream, name, options, this.core.time);
  }

  /** A client wants messages once. */
  pull(
    group: GroupCore,
    holder: Holder,
    wants: Pick<ShardMessage & { type: 'fetch' }, 'count' | 'bytes' | 'expiresMs' | 'pull'>,
    requester: Requester<DeliveryBatch | null>,
  ): void {
    const member = new Member(holder, wants.pull, wants.count, wants.bytes);
    const demand: Demand = { member, group, pull: requester, to: null, attached: null };
    this.#demands.set(member, demand);
    const timer = new TimerEntry<Timed>(new PullExpiry(this, demand));
    this.#pullTimers.set(member, timer);
    this.core.wheel.schedule(timer, this.core.time.nowMs, wants.expiresMs);
    group.members.add(member);
    this.core.stirred(group);
  }

  /** An actor wants messages as long as it holds fewer than its limit. */
  attach(
    group: GroupCore,
    holder: Holder,
    limit: number,
    to: ActorRef<DeliverMessage>,
    requester: Requester<'detached'>,
  ): void {
    const member = new Member(holder, 0, limit, Number.MAX_SAFE_INTEGER);
    this.#demands.set(member, { member, group, pull: null, to, attached: requester });
    group.members.add(member);
    this.core.stirred(group);
  }

  /** A pull is over, with what it has. */
  endPull(demand: Demand): void {
    if (!this.#demands.delete(demand.member)) return;
    const { member, group, pull } = demand;
    const timer = this.#pullTimers.get(member);
    if (timer !== undefined) this.core.wheel.cancel(timer);
    this.#pullTimers.delete(member);
    group.members.close(member);
    const { batch } = member;
    member.batch = [];
    if (sendDeliveries(batch, this.core.time, (sent) => pull!.reply(sent)) === 0) pull!.reply(null);
    this.#dropIfUnused(group);
  }

  /** Whoever holds messages under that name, known from now on. */
  holder(ctx: Context<ShardMessage>, data: HolderData): Holder {
    const known = this.holders.get(data.id);
    if (known !== undefined) return known;
    const handling = data.handling === null ? null : new Int32Array(data.handling);
    const holder = new Holder(data.id, handling, data.maxHandlingMs);
    this.holders.set(data.id, holder);
    if (data.owner !== null) {
      this.owner(ctx, data.owner, data.incarnation).holders.add(data.id);
    }
    return holder;
  }

  /** An actor that holds or hears something: watched; its former incarnation has lost all. */
  owner(ctx: Context<ShardMessage>, ref: AnyRef, incarnation: number): OwnerRecord {
    let record = this.#owners.get(ref.id);
    if (record === undefined) {
      record = { incarnation, holders: new Set(), listeners: new Set() };
      this.#owners.set(ref.id, record);
      ctx.watch(ref, { type: 'owner-gone', owner: ref.id });
    } else if (record.incarnation !== incarnation) {
      this.#release(record, 'its consumer was restarted');
      record.incarnation = incarnation;
    }
    return record;
  }

  /** An actor is gone. */
  ownerGone(id: string): void {
    const record = this.#owners.get(id);
    if (record === undefined) return;
    this.#owners.delete(id);
    this.#release(record, 'its consumer is gone');
  }

  /** A subscription has ended. */
  unlisten(id: string): void {
    this.listeners.remove(id);
    for (const record of this.#owners.values()) record.listeners.delete(id);
  }

  /** All that a holder has comes back. */
  detach(id: string, why: string): void {
    const holder = this.holders.get(id);
    if (holder === undefined) return;
    this.holders.delete(id);
    for (const record of this.#owners.values()) record.holders.delete(id);
    this.#takeBack(holder, 0, why);
  }

  /** The answer to one fetch was lost: what it was given comes back, and nobody waits for more. */
  lost(id: string, pull: number): void {
    const holder = this.holders.get(id);
    if (holder !== undefined) this.#takeBack(holder, pull, 'the answer to its fetch was lost');
  }

  /** @param pull which of its fetches; 0 for all that it has */
  #takeBack(holder: Holder, pull: number, why: string): void {
    for (const stream of this.core.streams.values()) {
      for (const group of [...stream.groups.values()]) {
        if (group.deliveries.giveBack(holder, pull, why, this.core.time)) this.#dropIfUnused(group);
      }
    }
    for (const demand of [...this.#demands.values()]) {
      if (demand.member.holder !== holder || (pull !== 0 && demand.member.pull !== pull)) continue;
      demand.member.batch = [];
      if (demand.pull !== null) this.endPull(demand);
      else this.#demands.delete(demand.member);
      demand.attached?.reply('detached');
      this.#dropIfUnused(demand.group);
    }
  }

  /** A group was reset: its consumers are those of the new one. */
  moveDemands(from: GroupCore, to: GroupCore): void {
    for (const demand of this.#demands.values()) if (demand.group === from) demand.group = to;
  }

  /** A group is gone: nothing more comes for its consumers. */
  endDemands(group: GroupCore): void {
    for (const demand of [...this.#demands.values()]) {
      if (demand.group !== group) continue;
      demand.member.batch = [];
      if (demand.pull !== null) this.endPull(demand);
      else this.#demands.delete(demand.member);
      demand.attached?.reply('detached');
    }
  }

  /** Fails everybody who waits: the shard has ended. */
  failAll(error: TroupeError): void {
    this.pipeline.fail(error);
    for (const completing of this.completions.values()) completing.failed(error);
    for (const { pull, attached } of this.#demands.values()) {
      pull?.fail(error);
      attached?.fail(error);
    }
    for (const { requester } of this.drains) requester.fail(error);
    this.listeners.failAll(error);
  }

  #release(record: OwnerRecord, why: string): void {
    for (const id of [...record.holders]) this.detach(id, why);
    for (const id of [...record.listeners]) this.unlisten(id);
    record.holders.clear();
    record.listeners.clear();
  }

  /** A group that is not durable goes with its last consumer. */
  #dropIfUnused(group: GroupCore): void {
    if (group.options.isDurable || group.members.size > 0 || group.deliveries.inFlightCount > 0)
      return;
    if (group.stream.groups.get(group.name) === group) this.core.dropGroup(group);
  }

  #answerDrained(): void {
    const { time } = this.core;
    this.drains = this.drains.filter(({ group, requester }) => {
      if (group.deliveries.inFlightCount === 0) requester.reply(groupInfo(group, time));
      return group.deliveries.inFlightCount > 0;
    });
  }

  /** @returns true when some could not be sent, so that there is more to give out */
  #send(): boolean {
    const { core } = this;
    const members = core.touchedMembers;
    if (members.length === 0) return false;
    core.touchedMembers = [];
    for (const member of members) {
      const demand = this.#demands.get(member);
      if (demand === undefined || member.batch.length === 0) continue;
      if (demand.pull !== null) {
        this.endPull(demand);
        continue;
      }
      const { group, to } = demand;
      const { batch } = member;
      member.batch = [];
      const { name: stream } = group.stream;
      const { id } = member.holder;
      sendDeliveries(batch, core.time, (sent) => {
        to!.tell({ type: 'broker:deliver', stream, group: group.name, holder: id, batch: sent });
      });
    }
    return core.hasStirred;
  }
}
