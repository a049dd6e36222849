import { InvariantError, TimerEntry } from '../../runtime/index.js';
import type { CoreHost, Time, Timed } from './core-host.js';
import { DedupWindow } from './dedup-window.js';
import type { GroupCore } from './group-core.js';
import type { ResolvedStream } from './options.js';
import { SequenceLog } from './sequence-log.js';
import { type MessageFields, StoredMessage } from './stored-message.js';
import { type SubjectEntry, SubjectIndex } from './subject-index.js';
import { seqKey, TABLES } from './write-set.js';

/** Answers of {@link StreamCore.admit} besides a sequence number. */
export const REFUSED = { duplicate: -1, full: -2, conflict: -3, noInterest: -4 } as const;

const NONE: readonly GroupCore[] = [];

/** What a publisher says must be true. */
export interface Expectations {
  readonly expectLastSeq?: number | undefined;
  readonly expectLastSubjectSeq?: number | undefined;
}

class ExpiringMessage implements Timed {
  readonly #stream: StreamCore;
  readonly #message: StoredMessage;

  constructor(stream: StreamCore, message: StoredMessage) {
    this.#stream = stream;
    this.#message = message;
  }

  expired(): void {
    this.#stream.expire(this.#message);
  }
}

/** One stream: messages by sequence, its limits, and the groups that read it. */
export class StreamCore {
  readonly name: string;
  options: ResolvedStream;
  readonly host: CoreHost;
  readonly log = new SequenceLog<StoredMessage>();
  readonly subjects = new SubjectIndex();
  readonly groups = new Map<string, GroupCore>();
  readonly isJournaled: boolean;
  /** Highest sequence given out. */
  lastSeq = 0;
  bytes = 0;
  /** Of the last refusal: the sequence of the original, or the actual one. */
  detail = 0;
  readonly #dedup: DedupWindow;
  readonly #messagesTable: string;
  readonly #idsTable: string;
  /** Groups by their filter, when it is one subject. */
  readonly #bySubject = new Map<string, readonly GroupCore[]>();
  #others: GroupCore[] = [];

  constructor(name: string, options: ResolvedStream, host: CoreHost, hasJournal: boolean) {
    this.name = name;
    this.options = options;
    this.host = host;
    this.isJournaled = hasJournal && options.storage === 'journal';
    this.#dedup = new DedupWindow(options.dedupWindowMs, options.dedupCount);
    this.#messagesTable = TABLES.messages(name);
    this.#idsTable = TABLES.ids(name);
  }

  /**
   * Takes a message in; it is delivered when {@link commit} says that it is safe.
   * @returns its sequence, or one of {@link REFUSED}, with the number belonging to it in `detail`
   */
  admit(message: StoredMessage, expect: Expectations | null, time: Time): number {
    const { id, subject } = message;
    if (id !== null) {
      this.#dedup.expire(time.nowMs, (old) => this.#forgetId(old));
      const known = this.#dedup.get(id);
      if (known !== undefined) return this.#refuse(REFUSED.duplicate, known);
    }
    const entry = this.subjects.get(subject);
    if (expect !== null) {
      const { expectLastSeq, expectLastSubjectSeq } = expect;
      const last = entry?.lastSeq ?? 0;
      if (expectLastSeq !== undefined && expectLastSeq !== this.lastSeq) {
        return this.#refuse(REFUSED.conflict, this.lastSeq);
      }
      if (expectLastSubjectSeq !== undefined && expectLastSubjectSeq !== last) {
        return this.#refuse(REFUSED.conflict, last);
      }
    }
    const { options } = this;
    if (options.discard === 'new' && this.#isFull(message.bytes, entry?.count ?? 0)) {
      return this.#refuse(REFUSED.full, this.log.size);
    }
    if (options.retention === 'interest' && this.#interestIn(message) === 0) {
      return this.#refuse(REFUSED.noInterest, 0);
    }
    message.seq = this.lastSeq + 1;
    this.#store(message, entry, time);
    if (id !== null) this.#dedup.add(id, message.seq, time.nowMs);
    if (this.isJournaled) this.writeMessage(message, time);
    return message.seq;
  }

  /** Writes a message, its id and the highest sequence with the next transaction. */
  writeMessage(message: StoredMessage, time: Time): void {
    const { writes } = this.host;
    writes.put(this.#messagesTable, seqKey(message.seq), message.row);
    writes.put(TABLES.last, this.name, this.lastSeq);
    const { id } = message;
    if (id !== null) writes.put(this.#idsTable, id, [message.seq, time.wallMs]);
  }

  /** Gives it other options: those that are refused to streams with messages stay. */
  update(options: ResolvedStream): void {
    if (options === this.options) return;
    this.options = options;
    this.#dedup.resize(options.dedupWindowMs, options.dedupCount);
    const { discard, maxMessagesPerSubject } = options;
    if (discard === 'new') return;
    for (const [, entry] of this.subjects.entries()) {
      while (entry.count > maxMessagesPerSubject) this.remove(entry.oldest!);
    }
    this.enforce();
  }

  /** Lets the oldest give way where a limit is exceeded; after a batch. */
  enforce(): void {
    const { maxMessages, maxBytes, discard } = this.options;
    if (discard === 'new') return;
    while (this.log.size > maxMessages || this.bytes > maxBytes) this.remove(this.log.first()!);
  }

  /** A message is as safe as promised: from now on it is delivered. */
  commit(message: StoredMessage, time: Time): void {
    message.isCommitted = true;
    const { entry } = message;
    // Removed before it was committed.
    if (entry === null) return;
    const { maxMessagesPerSubject } = this.options;
    while (entry.count > maxMessagesPerSubject) this.remove(entry.oldest!);
    entry.readers ??= this.#bySubject.get(message.subject) ?? NONE;
    const { readers } = entry;
    for (let i = 0; i < readers.length; i++) readers[i]!.offerOwn(message, time);
    for (const group of this.#others) group.offer(message, time);
  }

  /** Takes back a message that was not committed. Its sequence stays used unless it is the last. */
  revoke(message: StoredMessage): void {
    if (message.id !== null) {
      this.#dedup.revoke(message.id);
      this.#forgetId(message.id);
    }
    if (!message.isRemoved) this.remove(message);
    if (message.seq !== this.lastSeq) return;
    this.lastSeq--;
    if (this.isJournaled) this.host.writes.put(TABLES.last, this.name, this.lastSeq);
  }

  /** Writes that a message is gone, before it is. */
  writeRemoval(message: StoredMessage): void {
    if (this.isJournaled) this.host.writes.delete(this.#messagesTable, seqKey(message.seq));
  }

  /** Lets go of a message. */
  remove(message: StoredMessage): void {
    if (!this.log.delete(message.seq)) throw new InvariantError(`no message ${message.seq}`);
    this.bytes -= message.bytes;
    this.subjects.remove(message);
    this.writeRemoval(message);
  }

  /** Its time to live is over. */
  expire(message: StoredMessage): void {
    if (!message.isRemoved) this.remove(message);
  }

  /** A group has finished a message. */
  finished(message: StoredMessage): void {
    if (message.isRemoved) return;
    const { retention } = this.options;
    if (retention === 'workqueue') {
      this.remove(message);
      // One group gets it, and that has done with it.
      if (!message.isKept) this.host.recycling.messageIsOver(message);
    } else if (retention === 'interest' && --message.interestCount <= 0) this.remove(message);
  }

  /** Puts back what a journal held. */
  restore(seq: number, fields: MessageFields, time: Time): void {
    const message = StoredMessage.of(fields);
    message.seq = seq;
    message.isCommitted = true;
    this.#store(message, this.subjects.get(fields.subject), time);
  }

  /** Remembers an id that a journal held, since a wall time; in the order of time. */
  restoreId(id: string, seq: number, atMs: number, time: Time): void {
    this.#dedup.add(id, seq, time.nowMs - Math.max(0, time.wallMs - atMs));
  }

  /** A group begins to read. */
  join(group: GroupCore): void {
    this.groups.set(group.name, group);
    const { filter } = group.options;
    if (!group.isEager || filter === null) this.#others.push(group);
    else this.#setReaders(filter, [...(this.#bySubject.get(filter) ?? []), group]);
    if (this.options.retention !== 'interest') return;
    for (let at = this.log.first(); at !== undefined; at = this.log.next(at.seq + 1)) {
      if (group.wants(at) && !group.hasFinished(at.seq)) at.interestCount++;
    }
  }

  /** A group is gone: what only it wanted goes too. */
  leave(group: GroupCore): void {
    this.groups.delete(group.name);
    const { filter } = group.options;
    this.#others = this.#others.filter((each) => each !== group);
    if (filter !== null && group.isEager) {
      const left = this.#bySubject.get(filter) ?? NONE;
      this.#setReaders(
        filter,
        left.filter((each) => each !== group),
      );
    }
    if (this.options.retention !== 'interest') return;
    for (const message of [...group.unfinished()]) this.finished(message);
  }

  #store(message: StoredMessage, entry: SubjectEntry | undefined, time: Time): void {
    this.log.set(message);
    this.subjects.add(message, entry);
    this.bytes += message.bytes;
    if (message.seq > this.lastSeq) this.lastSeq = message.seq;
    if (this.options.retention === 'interest') message.interestCount = this.#interestIn(message);
    const { maxAgeMs } = this.options;
    if (maxAgeMs === Number.MAX_SAFE_INTEGER && message.expiresAtMs === 0) return;
    const ageMs = Math.max(0, time.wallMs - message.publishedAtMs);
    let leftMs = maxAgeMs === Number.MAX_SAFE_INTEGER ? maxAgeMs : maxAgeMs - ageMs;
    const { expiresAtMs, publishedAtMs } = message;
    // Never longer than it was to live, if the clock was set back.
    if (expiresAtMs !== 0) {
      leftMs = Math.min(leftMs, expiresAtMs - time.wallMs, expiresAtMs - publishedAtMs);
    }
    if (leftMs === Number.MAX_SAFE_INTEGER) return;
    message.isKept = true;
    const timer = new TimerEntry<Timed>(new ExpiringMessage(this, message));
    this.host.wheel.schedule(timer, time.nowMs, Math.max(0, leftMs));
  }

  #setReaders(subject: string, groups: readonly GroupCore[]): void {
    if (groups.length === 0) this.#bySubject.delete(subject);
    else this.#bySubject.set(subject, groups);
    const entry = this.subjects.get(subject);
    if (entry !== undefined) entry.readers = null;
  }

  #isFull(bytes: number, ofSubject: number): boolean {
    const { maxMessages, maxBytes, maxMessagesPerSubject } = this.options;
    return (
      this.log.size >= maxMessages ||
      this.bytes + bytes > maxBytes ||
      ofSubject >= maxMessagesPerSubject
    );
  }

  #interestIn(fields: MessageFields): number {
    let count = 0;
    for (const group of this.groups.values()) if (group.wants(fields)) count++;
    return count;
  }

  #forgetId(id: string): void {
    if (this.isJournaled) this.host.writes.delete(this.#idsTable, id);
  }

  #refuse(code: number, detail: number): number {
    this.detail = detail;
    return code;
  }
}
