import type { CoreHost, Time } from './core-host.js';
import { GroupDeliveries } from './group-deliveries.js';
import { GroupLedger, type Mark } from './group-ledger.js';
import { GroupMembers } from './group-members.js';
import { GroupQueue } from './group-queue.js';
import type { Member } from './member.js';
import type { ResolvedGroup } from './options.js';
import { RateGate } from './rate-gate.js';
import type { MessageFields, StoredMessage } from './stored-message.js';
import type { StreamCore } from './stream-core.js';
import { isLiteral, matches } from './subject.js';
import { TABLES } from './write-set.js';

/** Where a new group begins, as a sequence, and which older messages it gets besides. */
export interface Beginning {
  readonly cursor: number;
  readonly seqs: readonly number[];
}

/** One consumer group of a stream: each message goes to one of its members until it is finished. */
export class GroupCore {
  readonly name: string;
  readonly stream: StreamCore;
  readonly options: ResolvedGroup;
  readonly host: CoreHost;
  readonly members: GroupMembers;
  /** Its floor is stored: a durable group of a journaled stream that does not delete on ack. */
  readonly ledger: GroupLedger | null;
  /** It has a filter without wildcards, so it is told of each message instead of looking for it. */
  readonly isEager: boolean;
  /** Part of every token: of a delivery of another epoch nothing can be settled. */
  readonly epoch: number;
  readonly queue: GroupQueue;
  readonly deliveries: GroupDeliveries;
  /** Null when it may deliver as fast as it can. */
  readonly #gate: RateGate | null;
  /** What came before the beginning is none of its business. */
  #begin: number;
  isPaused = false;
  /** It is in the host's list of groups to dispatch. */
  isStirred = false;
  isDirty = false;

  constructor(name: string, stream: StreamCore, options: ResolvedGroup, begin: Beginning) {
    this.name = name;
    this.stream = stream;
    this.options = options;
    this.host = stream.host;
    this.epoch = stream.host.nextEpoch();
    this.isEager = options.filter !== null && isLiteral(options.filter);
    this.#begin = begin.cursor;
    this.queue = new GroupQueue(
      stream.log,
      this,
      !this.isEager,
      options.filter === null,
      begin.cursor,
    );
    this.members = new GroupMembers();
    this.deliveries = new GroupDeliveries(this);
    const { maxPerSecond } = options;
    const { wheel, time } = this.host;
    this.#gate =
      maxPerSecond < Number.MAX_SAFE_INTEGER
        ? new RateGate(maxPerSecond, wheel, time.nowMs, () => this.host.stirred(this))
        : null;
    const isStored = stream.isJournaled && options.isDurable;
    this.ledger = isStored ? new GroupLedger(stream.name, name, this.host.writes) : null;
    if (this.ledger !== null) this.ledger.floor = begin.cursor - 1;
  }

  /** Queues what the cursor will not find: called once, when the stream has its messages. */
  open(begin: Beginning, time: Time): void {
    const { log } = this.stream;
    for (const seq of begin.seqs) {
      const message = log.get(seq)!;
      message.interestCount++;
      this.queue.push(message);
    }
    for (let at = log.next(begin.cursor); at !== undefined; at = log.next(at.seq + 1)) {
      if (at.isCommitted && !this.knows(at.seq)) this.offer(at, time);
    }
  }

  /** Puts back what a journal held of it, before {@link open}. */
  restore(floor: number, marks: readonly (readonly [number, Mark])[], time: Time): void {
    this.ledger?.restore(floor, marks);
    for (const [seq, mark] of marks) {
      const message = this.stream.log.get(seq);
      if ('done' in mark) {
        this.queue.knownThrough = Math.max(this.queue.knownThrough, seq);
        continue;
      }
      if (message === undefined) continue;
      const known = this.deliveries.track(message);
      known.deliveries = mark.deliveries;
      known.failures = mark.failures;
      this.queue.knownThrough = Math.max(this.queue.knownThrough, seq);
      const delayMs = mark.dueAtMs - time.wallMs;
      // A clock that was set back must not hold it up.
      const leftMs = Math.min(delayMs, mark.waitMs);
      if (leftMs > 0) this.deliveries.delay(known, 'hold', leftMs, time);
      else this.queue.giveBack(message);
    }
  }

  /** True for messages of this group. */
  wants(message: Pick<MessageFields, 'subject' | 'target'>): boolean {
    const { filter } = this.options;
    if (message.target !== null && message.target !== this.name) return false;
    return filter === null || filter === message.subject || matches(filter, message.subject);
  }

  /** True when the group has the message in hand, or has finished it. */
  knows(seq: number): boolean {
    return this.deliveries.outstanding.has(seq) || (this.ledger?.has(seq) ?? false);
  }

  /** True when a message that was there before the group is none of its business, or finished. */
  hasFinished(seq: number): boolean {
    return this.ledger === null ? seq < this.#begin : this.ledger.has(seq);
  }

  /** A message that waited to be delivered again was removed from its stream. */
  gone(seq: number): void {
    const found = this.deliveries.outstanding.get(seq);
    if (found?.state === 'ready') this.deliveries.finish(found, 'vanish');
  }

  /** All messages of the stream that it has not finished. */
  *unfinished(): IterableIterator<StoredMessage> {
    for (const { message } of this.deliveries.outstanding.values())
      if (!message.isRemoved) yield message;
    yield* this.queue.inLines();
    if (this.isEager) return;
    const { log } = this.stream;
    for (let at = log.next(this.cursor); at !== undefined; at = log.next(at.seq + 1)) {
      if (at.isCommitted && !at.isSpecial && this.wants(at) && !this.knows(at.seq)) yield at;
    }
  }

  /** A message was committed. */
  offer(message: StoredMessage, time: Time): void {
    if (this.isEager || message.isSpecial) {
      if (!this.wants(message)) return;
      const { dueAtMs, publishedAtMs } = message;
      // Never longer than it was to wait, if the clock was set back.
      const delayMs = Math.min(dueAtMs - time.wallMs, dueAtMs - publishedAtMs);
      if (delayMs > 0) {
        const waiting = this.deliveries.track(message);
        this.deliveries.delay(waiting, 'hold', delayMs, time);
        return;
      }
      this.queue.push(message);
    }
    this.host.stirred(this);
  }

  /** As {@link offer}, a message of the only subject of the group. */
  offerOwn(message: StoredMessage, time: Time): void {
    if (message.isSpecial) {
      this.offer(message, time);
      return;
    }
    this.queue.push(message);
    this.host.stirred(this);
  }

  /** Gives messages to members as long as there are both. */
  dispatch(time: Time): void {
    while (this.#hasRoom) {
      const member = this.members.next();
      if (member === undefined || !this.#give(member, time)) return;
      this.host.touched(member);
    }
  }

  /** Gives a member that stands in no line as much as it may have: whoever waits found nothing at the last step. */
  serve(member: Member, time: Time): void {
    while (this.#hasRoom && member.credit > 0) if (!this.#give(member, time)) return;
  }

  /** Ends it: none of its times comes any more. */
  close(): void {
    this.#gate?.close();
    this.deliveries.close();
  }

  /** True when it may have one more in flight. */
  get #hasRoom(): boolean {
    return !this.isPaused && this.deliveries.inFlightCount < this.options.maxInFlight;
  }

  /** Gives a member the next message. False when nothing is ready, or it is not time yet. */
  #give(member: Member, time: Time): boolean {
    const { deliveries } = this;
    for (;;) {
      if (this.#gate?.isOpen(time) === false) return false;
      const message = this.queue.take();
      if (message === undefined) return false;
      const known = deliveries.outstanding.get(message.seq);
      if (known !== undefined && known.state !== 'ready') continue;
      if (message.key !== null && !deliveries.takesTurn(message, known)) continue;
      if (known !== undefined && known.deliveries >= this.options.maxDeliveries) {
        deliveries.bury(known, 'deliveries', time);
        continue;
      }
      deliveries.deliver(known ?? deliveries.track(message), member, time);
      this.#gate?.pass();
      return true;
    }
  }

  /** Writes what has to outlive the process: the floor, when it has moved. */
  persist(): void {
    this.isDirty = false;
    const { ledger } = this;
    if (ledger === null || this.stream.options.retention === 'workqueue') return;
    const { log, lastSeq } = this.stream;
    const moved = ledger.advance((seq) => {
      if (seq > lastSeq) return true;
      if (seq >= this.queue.cursor && !this.isEager) return true;
      const message = log.get(seq);
      return message !== undefined && (!message.isCommitted || this.wants(message));
    });
    if (moved) this.writeRow();
  }

  /** Writes its row: what it is and how far it has come. */
  writeRow(): void {
    if (this.ledger === null) return;
    const { options, isPaused, stream, name } = this;
    const row = { options, isPaused, floor: this.ledger.floor };
    this.host.writes.put(TABLES.groups, `${stream.name}/${name}`, row);
  }

  /** Everything up to here is finished: the next sequence that is not, less one. */
  get floor(): number {
    if (this.ledger !== null) this.persist();
    let lowest = Math.min(this.queue.lowestInLine(), Number.POSITIVE_INFINITY);
    for (const { message } of this.deliveries.outstanding.values()) {
      lowest = Math.min(lowest, message.seq);
    }
    const next = this.isEager ? this.stream.lastSeq + 1 : this.queue.cursor;
    return Math.min(lowest, next) - 1;
  }

  /** Messages that were never delivered: an upper bound, since those of other subjects are counted until met. */
  get pendingCount(): number {
    const { lastSeq, log } = this.stream;
    const behind = this.isEager ? 0 : Math.min(log.size, lastSeq - this.cursor + 1);
    return behind + this.queue.queuedCount;
  }

  /** The next message of the stream that it looks at. */
  get cursor(): number {
    return this.queue.cursor;
  }
}
