import { deserialize, serialize } from 'node:v8';
import {
  type Conflict,
  type Journal,
  type StoredRecord,
  type Transaction,
  TroupeError,
} from '../../runtime/index.js';
import type { Entry } from './entry.js';
import type { NodeStorage } from './node-storage.js';
import type { HardState, InitialState } from './options.js';
import { type PackedEntries, packEntries, unpackEntries } from './packed-entries.js';
import type { Snapshot } from './snapshot.js';
import type { ReplicaWrite } from './storage.js';

function fenced(where: string, { kind }: Conflict): TroupeError {
  return new TroupeError('ERR_RAFT_FENCED', {
    what:
      kind === 'version'
        ? 'the log of this node lacks the write before this one, which failed, or has one of somebody else'
        : 'a later incarnation of this node writes its log',
    where,
    mend: 'give each node of each group in one store a name of its own',
  });
}

/** One record of a node's stream: what one write changed. Later records outdo earlier ones. */
interface LogRecord {
  readonly hardState: HardState | null;
  /** Whether all entries before are void. */
  readonly isReset: boolean;
  readonly entries: PackedEntries;
}

/** The bytes of a record: made on the thread of the node, so that the one writer of all nodes only copies them. */
function recordOf(
  hardState: HardState | null,
  isReset: boolean,
  entries: readonly Entry[],
): Uint8Array {
  const record: LogRecord = { hardState, isReset, entries: packEntries(entries) };
  return serialize(record);
}

const SNAPSHOTS = 'raft-snapshots';
const PAGE_COUNT = 1000;

/**
 * Keeps a node in a journal: a stream of records, one a write, and the snapshot in a table. A snapshot rewrites what
 * is still needed as one record and cuts the stream before it, in one transaction. Each start has a
 * higher epoch, so that nothing of a former incarnation is written after it has been read.
 */
export class JournalStorage implements NodeStorage {
  readonly isDurable = true;
  readonly #journal: Journal;
  readonly #name: string;
  readonly #failed: (error: unknown) => void;
  #epoch = 1;
  /** Version of the last record that was given to the journal. */
  #version = 0;
  #hardState: HardState | null = null;
  /** The entries that are needed after a start. */
  #entries: Entry[] = [];
  /** Fewer than given: not answered yet. */
  #pending = new Set<Promise<void>>();

  /** @param failed is called when a write is not made: the node must not go on */
  constructor(journal: Journal, name: string, failed: (error: unknown) => void) {
    this.#journal = journal;
    this.#name = name;
    this.#failed = failed;
  }

  async load(): Promise<InitialState | undefined> {
    const head = await this.#journal.head(this.#name);
    this.#epoch = head.epoch + 1;
    this.#version = head.version;
    if (head.version === 0) return undefined;
    for (let from = head.first; from <= head.version; ) {
      const page = await this.#journal.read(this.#name, { from, limit: PAGE_COUNT });
      for (const record of page) this.#replay(record);
      if (page.length === 0) break;
      from = page[page.length - 1]!.version + 1;
    }
    const snapshot = (await this.#journal.get(SNAPSHOTS, this.#name)) as Snapshot | undefined;
    return {
      entries: this.#entries.slice(),
      ...(this.#hardState === null ? {} : { hardState: this.#hardState }),
      ...(snapshot === undefined ? {} : { snapshot }),
    };
  }

  #replay({ value }: StoredRecord): void {
    const { hardState, isReset, entries } = deserialize(value as Uint8Array) as LogRecord;
    if (hardState !== null) this.#hardState = hardState;
    this.#put(isReset, unpackEntries(entries));
  }

  #put(isReset: boolean, entries: readonly Entry[]): void {
    if (isReset) this.#entries = [];
    const [first] = entries;
    if (first === undefined) return;
    const base = this.#entries[0]?.index ?? first.index;
    this.#entries.length = Math.max(0, first.index - base);
    for (const entry of entries) this.#entries.push(entry);
  }

  write(write: ReplicaWrite, stored: (sequence: number) => void): boolean {
    const { sequence, mustSync, hardState, entries, install, saved, keepFrom } = write;
    if (hardState !== null) this.#hardState = hardState;
    this.#put(install !== null, entries);
    const transaction =
      saved === null
        ? this.#append(recordOf(hardState, install !== null, entries), install)
        : this.#rewrite(saved, keepFrom);
    const done = this.#journal.transact(transaction).then((result) => {
      if (!result.ok) throw fenced(this.#name, result.conflict);
      if (mustSync) stored(sequence);
    });
    const settled = done.catch(this.#failed).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return false;
  }

  #append(record: Uint8Array, install: Snapshot | null): Transaction {
    this.#version++;
    return {
      appends: [this.#appendOf(record)],
      ...(install === null ? {} : { puts: [this.#snapshotPut(install)] }),
    };
  }

  /** The snapshot, all that is still needed as one record, and nothing before it. */
  #rewrite(saved: Snapshot, keepFrom: number): Transaction {
    const drop = keepFrom - (this.#entries[0]?.index ?? keepFrom);
    if (drop > 0) this.#entries.splice(0, drop);
    this.#version++;
    const record = recordOf(this.#hardState, true, this.#entries);
    return {
      appends: [this.#appendOf(record)],
      puts: [this.#snapshotPut(saved)],
      truncates: [{ stream: this.#name, before: this.#version }],
    };
  }

  /** Follows the record before it or is refused: when a write fails, those behind it must leave no gap. */
  #appendOf(record: Uint8Array) {
    const [stream, epoch] = [this.#name, this.#epoch];
    return { stream, expected: this.#version - 1, values: [record], epoch } as const;
  }

  #snapshotPut(snapshot: Snapshot) {
    return { table: SNAPSHOTS, key: this.#name, value: snapshot };
  }

  async close(): Promise<void> {
    await Promise.all(this.#pending);
    await this.#journal.close();
  }
}
