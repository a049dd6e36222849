import type { Time } from './core-host.js';
import { DeliveryTimes } from './delivery-times.js';
import type { GroupCore } from './group-core.js';
import { KeyLines } from './key-lines.js';
import type { Holder, Member } from './member.js';
import { Outstanding } from './outstanding.js';
import { retryDelayMs } from './retry-delay.js';
import { SequenceTable } from './sequence-table.js';
import type { DeadReason, StoredMessage } from './stored-message.js';

/** How long a dead letter waits for room in the dead-letter stream before the next try. */
const BURY_AGAIN_MS = 5000;

/** What a consumer says of a delivery. */
export type Verb = 'ack' | 'ack-up-to' | 'release' | 'fail' | 'reject' | 'undecodable' | 'extend';

/** The messages of a group that are in somebody's hand, were given back, or wait: see `delivery-state.ts`. */
export class GroupDeliveries {
  readonly #group: GroupCore;
  readonly #times: DeliveryTimes;
  readonly #keys = new KeyLines();
  /** By sequence. */
  readonly outstanding = new SequenceTable<Outstanding>();
  inFlightCount = 0;
  redeliveredCount = 0;
  finishedCount = 0;
  deadCount = 0;

  constructor(group: GroupCore) {
    this.#group = group;
    const { wheel, bornMs } = group.host;
    this.#times = new DeliveryTimes(group.options.ackWaitMs, wheel, bornMs);
  }

  /** Of its group. */
  get epoch(): number {
    return this.#group.epoch;
  }

  /** Notes a message that was taken out of the order of the stream. */
  track(message: StoredMessage): Outstanding {
    const tracked = this.#group.host.recycling.delivery(this, message);
    this.outstanding.set(message.seq, tracked);
    return tracked;
  }

  /** What was delivered under that token, if it is the present delivery. */
  find(seq: number, delivery: number, epoch: number): Outstanding | undefined {
    const found = this.outstanding.get(seq);
    const isPresent =
      found !== undefined &&
      found.state === 'in-flight' &&
      found.deliveries === delivery &&
      epoch === this.#group.epoch;
    return isPresent ? found : undefined;
  }

  /**
   * Settles a delivery.
   * @param argument of `fail` and `extend`: milliseconds, below 0 for the group's own
   * @returns false when the token is stale: nothing was changed
   */
  settle(
    seq: number,
    delivery: number,
    epoch: number,
    verb: Verb,
    argument: number,
    error: string | undefined,
    time: Time,
  ): boolean {
    const found = this.find(seq, delivery, epoch);
    if (found === undefined) return false;
    switch (verb) {
      case 'ack':
        this.complete(found);
        break;
      case 'ack-up-to':
        this.#completeUpTo(found);
        break;
      case 'release':
        this.#comeBack(found);
        break;
      case 'fail':
        found.error = error;
        this.#fail(found, argument, time);
        break;
      case 'reject':
      case 'undecodable':
        found.error = error;
        this.bury(found, verb === 'reject' ? 'rejected' : 'undecodable', time);
        break;
      case 'extend':
        this.#times.set(found, argument < 0 ? this.#group.options.ackWaitMs : argument, time);
        break;
    }
    return true;
  }

  /** Takes a delivery out of reach while its acknowledgement is written. */
  begin(found: Outstanding): void {
    found.step('begin');
    found.message.isKept = true;
    this.#times.clear(found);
  }

  /** Writes what {@link complete} will do, before it is done. */
  writeAck({ message }: Outstanding): void {
    if (this.#group.stream.options.retention === 'workqueue') {
      this.#group.stream.writeRemoval(message);
      this.#group.ledger?.unmark(message.seq);
    } else this.#group.ledger?.mark(message.seq, { done: true });
  }

  /** That acknowledgement was refused: the consumer has it again. */
  abort(found: Outstanding, time: Time): void {
    found.step('abort');
    if (found.failures === 0) this.#group.ledger?.unmark(found.message.seq);
    else this.#mark(found, 0, time);
    this.#times.set(found, this.#group.options.ackWaitMs, time);
  }

  /** That acknowledgement is written. */
  complete(found: Outstanding): void {
    this.#land(found);
    this.finish(found, 'ack');
  }

  /** As {@link complete}, with all of the same holder that is earlier in the stream. */
  #completeUpTo(last: Outstanding): void {
    const { seq } = last.message;
    const { holder } = last;
    this.outstanding.visitAll((found) => {
      if (found.state !== 'in-flight' || found.message.seq > seq) return;
      if (found.holder === holder) this.complete(found);
    });
  }

  /** A deadline or a delay is over. */
  expired(found: Outstanding, time: Time): void {
    if (found.state === 'delayed') {
      found.step('due');
      if (found.message.isRemoved) this.finish(found, 'vanish');
      else this.#group.queue.giveBack(found.message);
      this.#group.host.stirred(this.#group);
      return;
    }
    if (found.state !== 'in-flight') return;
    if (found.holder!.mayExtend(time.nowMs)) {
      this.#times.set(found, this.#group.options.ackWaitMs, time);
      return;
    }
    found.error = `not settled within ${this.#group.options.ackWaitMs} ms`;
    this.#fail(found, -1, time);
  }

  /**
   * Takes back what somebody has, who is gone. Only the message whose handler ran counts as failed.
   * @param pull of one fetch, which never arrived; 0 for all
   * @param error what became of the holder
   * @returns false when it had nothing
   */
  giveBack(holder: Holder, pull: number, error: string, time: Time): boolean {
    if (pull === 0) this.#group.members.remove(holder);
    const inHand = holder.ordinalInHand;
    let hadAny = false;
    for (const found of this.outstanding.values()) {
      if (found.state !== 'in-flight' || found.holder !== holder) continue;
      if (pull !== 0 && found.pull !== pull) continue;
      hadAny = true;
      if (inHand === 0 || found.ordinal !== inHand) this.#comeBack(found);
      else {
        found.error = error;
        this.#fail(found, -1, time);
      }
    }
    this.#group.host.stirred(this.#group);
    return hadAny;
  }

  /** The group is gone: none of its times comes any more. */
  close(): void {
    for (const found of this.outstanding.values()) {
      this.#times.clear(found);
      found.message.isKept = true;
    }
  }

  /** Gives a message to a member. */
  deliver(outstanding: Outstanding, member: Member, time: Time): void {
    outstanding.step('deliver');
    if (outstanding.deliveries++ > 0) this.redeliveredCount++;
    outstanding.give(member, time.nowMs - this.#group.host.bornMs);
    this.inFlightCount++;
    this.#times.set(outstanding, this.#group.options.ackWaitMs, time);
    this.#group.members.give(member, outstanding);
  }

  /** False when the message waits behind another of its key. */
  takesTurn(message: StoredMessage, known: Outstanding | undefined): boolean {
    const key = message.key!;
    if (this.#keys.enter(key, message.seq)) return true;
    const parked = known ?? new Outstanding(this, message, 'ready');
    parked.step('park');
    this.outstanding.set(message.seq, parked);
    this.#keys.park(key, parked);
    return false;
  }

  #fail(found: Outstanding, delayMs: number, time: Time): void {
    const { options, host } = this.#group;
    if (++found.failures >= options.maxFailures) {
      this.bury(found, 'failures', time);
      return;
    }
    const own = (): number => retryDelayMs(options.retry, found.failures, host.random());
    const waitMs = delayMs < 0 ? own() : delayMs;
    this.#land(found);
    if (this.#vanishes(found)) return;
    this.#mark(found, waitMs, time);
    this.delay(found, 'retry', waitMs, time);
  }

  /** Writes the counts of a message. */
  #mark({ message, deliveries, failures }: Outstanding, waitMs: number, time: Time): void {
    const dueAtMs = time.wallMs + waitMs;
    this.#group.ledger?.mark(message.seq, { deliveries, failures, dueAtMs, waitMs });
  }

  /** Puts a message off. */
  delay(found: Outstanding, event: 'retry' | 'hold', delayMs: number, time: Time): void {
    found.step(event);
    this.#times.set(found, delayMs, time);
  }

  #comeBack(found: Outstanding): void {
    this.#land(found);
    if (this.#vanishes(found)) return;
    found.step('release');
    this.#group.queue.giveBack(found.message);
    this.#group.host.stirred(this.#group);
  }

  /** It is no longer with its member. */
  #land(found: Outstanding): void {
    this.#times.clear(found);
    this.inFlightCount--;
    const consumer = found.takeBack();
    if (consumer !== null) this.#group.members.credit(consumer);
    this.#group.host.stirred(this.#group);
  }

  /** A message that its stream has let go of is not tried again. */
  #vanishes(found: Outstanding): boolean {
    const { isRemoved } = found.message;
    if (isRemoved) this.finish(found, 'ack');
    return isRemoved;
  }

  /** Moves a message to the dead letters. */
  bury(found: Outstanding, reason: DeadReason, time: Time): void {
    const { message, deliveries, failures, error } = found;
    if (found.state === 'in-flight') this.#land(found);
    const { name, stream } = this.#group;
    const { seq, publishedAtMs } = message;
    const origin = { stream: stream.name, group: name, seq, publishedAtMs };
    const dead = { ...origin, reason, error, deliveries, failures, diedAtMs: time.wallMs };
    if (!message.isRemoved && !this.#group.host.bury(stream.name, message, dead, time)) {
      this.delay(found, 'hold', BURY_AGAIN_MS, time);
      return;
    }
    this.deadCount++;
    this.finish(found, 'bury');
  }

  /** The group is done with a message. */
  finish(found: Outstanding, event: 'ack' | 'bury' | 'vanish'): void {
    const { message } = found;
    const { ledger, stream, host } = this.#group;
    found.step(event);
    this.outstanding.delete(message.seq);
    this.finishedCount++;
    if (message.key !== null) {
      const next = this.#keys.leave(message.key, message.seq);
      if (next !== undefined) {
        next.step('unpark');
        this.#group.queue.giveBack(next.message);
        host.stirred(this.#group);
      }
    }
    if (ledger !== null && stream.options.retention === 'workqueue') ledger.unmark(message.seq);
    else if (ledger !== null) {
      ledger.finish(message.seq);
      host.dirtied(this.#group);
    }
    // Neither in a line of its key nor in the wheel.
    if (message.key === null && found.timer === null) host.recycling.deliveryIsOver(found);
    stream.finished(message);
  }
}
