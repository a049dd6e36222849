import { BroadcastChannel } from 'node:worker_threads';
import {
  ActorSystem,
  type Context,
  checkNames,
  type Durability,
  type Journal,
  type JournalReads,
  type Message,
  type Of,
  openReads,
  type Position,
  type ReadRange,
  type ReplyOf,
  type ScanRange,
  type StoredRecord,
  type StreamHead,
  type TableEntry,
  type Transaction,
  type TransactionResult,
  type TransactOptions,
  TroupeError,
} from '../../runtime/index.js';
import { busyError } from './journal-actor.js';
import type { JournalAddress, JournalMessage } from './journal-protocol.js';
import { DEFAULT_PENDING_COUNT } from './start-journal.js';

/** What asks in the name of an actor, or of the program. */
export type JournalHost = ActorSystem | Pick<Context<Message>, 'ask'>;

/** How a journal is used from a thread. Every field has a default. */
export interface OpenJournalOptions {
  /** How long a call may take before it fails with ERR_ASK_TIMEOUT; 30,000. A write may have been done then. */
  readonly timeoutMs?: number;
  /** Most transactions without their answer, of this client; 10,000. More fail with ERR_JOURNAL_BUSY. */
  readonly pendingCount?: number;
}

/**
 * Uses a journal from any thread. Writes go to its writer; reads of a store on LMDB are done on this
 * thread, of others by the writer. In an actor give its context, so that its asks are known as its own; such a client ends
 * with that incarnation.
 * @throws {TroupeError} ERR_OPTION
 */
export function openJournal(
  host: JournalHost,
  address: JournalAddress,
  options: OpenJournalOptions = {},
): Journal {
  checkNames('openJournal', options, { timeoutMs: true, pendingCount: true });
  return new JournalClient(host, address, options);
}

class JournalClient implements Journal {
  readonly durability: Durability;
  readonly #host: JournalHost;
  readonly #address: JournalAddress;
  readonly #timeoutMs: number;
  readonly #pendingCount: number;
  readonly #listeners: Set<() => void>;
  readonly #pending: Set<Promise<unknown>>;
  #reads: Promise<JournalReads | undefined> | undefined;
  #channel: BroadcastChannel | undefined;
  #isClosed: boolean;

  constructor(host: JournalHost, address: JournalAddress, options: OpenJournalOptions) {
    this.durability = address.durability;
    this.#host = host;
    this.#address = address;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#pendingCount = options.pendingCount ?? DEFAULT_PENDING_COUNT;
    this.#listeners = new Set();
    this.#pending = new Set();
    this.#reads = undefined;
    this.#channel = undefined;
    this.#isClosed = false;
  }

  async transact(
    transaction: Transaction,
    options: TransactOptions = {},
  ): Promise<TransactionResult> {
    this.#assertOpen();
    if (this.#pending.size >= this.#pendingCount) throw busyError(this.#pendingCount);
    const answer = this.#ask({ type: 'transact', transaction, options });
    this.#pending.add(answer);
    try {
      return await answer;
    } finally {
      this.#pending.delete(answer);
    }
  }

  async read(stream: string, range: ReadRange = {}): Promise<readonly StoredRecord[]> {
    const reads = await this.#ownReads();
    return reads === undefined
      ? this.#ask({ type: 'read', stream, range })
      : reads.read(stream, range);
  }

  async readAll(after: Position, limit?: number): Promise<readonly StoredRecord[]> {
    const reads = await this.#ownReads();
    return reads === undefined
      ? this.#ask({ type: 'read-all', after, limit })
      : reads.readAll(after, limit);
  }

  async head(stream: string): Promise<StreamHead> {
    const reads = await this.#ownReads();
    return reads === undefined ? this.#ask({ type: 'head', stream }) : reads.head(stream);
  }

  async get(table: string, key: string): Promise<unknown> {
    const reads = await this.#ownReads();
    return reads === undefined ? this.#ask({ type: 'get', table, key }) : reads.get(table, key);
  }

  async scan(table: string, range: ScanRange = {}): Promise<readonly TableEntry[]> {
    const reads = await this.#ownReads();
    return reads === undefined
      ? this.#ask({ type: 'scan', table, range })
      : reads.scan(table, range);
  }

  onCommit(listener: () => void): () => void {
    this.#assertOpen();
    const entry = (): void => listener();
    this.#listeners.add(entry);
    this.#channel ??= this.#listen();
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.#closeChannel();
    };
  }

  async flush(): Promise<void> {
    this.#assertOpen();
    await this.#ask({ type: 'flush' });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listeners.clear();
    this.#closeChannel();
    await Promise.allSettled(this.#pending);
    const reads = await this.#reads?.catch(() => undefined);
    await reads?.close();
  }

  #ask<Q extends JournalMessage>(message: Q): Promise<ReplyOf<Of<JournalMessage, Q['type']>>> {
    const { ref } = this.#address;
    const options = { timeoutMs: this.#timeoutMs };
    const host = this.#host;
    const answer: Promise<unknown> =
      host instanceof ActorSystem
        ? ref.ask(message as never, options)
        : host.ask(ref, message as never, options);
    return answer as Promise<never>;
  }

  #ownReads(): Promise<JournalReads | undefined> {
    this.#assertOpen();
    this.#reads ??= openReads(this.#address.store);
    return this.#reads;
  }

  #listen(): BroadcastChannel {
    const channel = new BroadcastChannel(this.#address.channel);
    channel.onmessage = () => {
      for (const listener of [...this.#listeners]) queueMicrotask(listener);
    };
    channel.unref();
    return channel;
  }

  #closeChannel(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #assertOpen(): void {
    if (!this.#isClosed) return;
    throw new TroupeError('ERR_JOURNAL_CLOSED', {
      what: 'this client of the journal is closed',
      mend: 'open another with openJournal',
    });
  }
}
