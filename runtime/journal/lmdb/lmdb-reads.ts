import { resolve } from 'node:path';
import type {
  Position,
  ReadRange,
  ScanRange,
  StoredRecord,
  StreamHead,
  TableEntry,
} from '../journal.js';
import { closedError } from '../memory-journal.js';
import { msgpackSerializer } from '../msgpack-serializer.js';
import { type Database, notOpened, openDatabase } from './database.js';
import { checkHeader } from './header.js';
import { LmdbReader } from './reader.js';

/** Reads of a store on the calling thread, whichever thread writes. Sees what was committed before the call. */
export class LmdbReads {
  readonly #path: string;
  readonly #database: Database;
  readonly #reader: LmdbReader;
  #isClosed: boolean;

  private constructor(path: string, database: Database, reader: LmdbReader) {
    this.#path = path;
    this.#database = database;
    this.#reader = reader;
    this.#isClosed = false;
  }

  /**
   * Opens a store that exists.
   * @throws {TroupeError} ERR_JOURNAL_PACKAGE, ERR_JOURNAL_OPEN, ERR_JOURNAL_VERSION, ERR_JOURNAL_DAMAGED
   */
  static async open(folder: string): Promise<LmdbReads> {
    const path = resolve(folder);
    const serializer = await msgpackSerializer('troupe/lmdb');
    const database = await openDatabase(path, false);
    try {
      const mend = 'open it for writing first';
      if (!checkHeader(database, path)) throw notOpened(path, 'there is no store', mend);
    } catch (error) {
      await database.close();
      throw error;
    }
    return new LmdbReads(path, database, new LmdbReader(database, serializer, path));
  }

  async read(stream: string, range?: ReadRange): Promise<readonly StoredRecord[]> {
    return this.#open().fresh((reader) => reader.read(stream, range));
  }

  async readAll(after: Position, limit?: number): Promise<readonly StoredRecord[]> {
    return this.#open().fresh((reader) => reader.readAll(after, limit));
  }

  async head(stream: string): Promise<StreamHead> {
    return this.#open().fresh((reader) => reader.head(stream));
  }

  async get(table: string, key: string): Promise<unknown> {
    return this.#open().fresh((reader) => reader.get(table, key));
  }

  async scan(table: string, range?: ScanRange): Promise<readonly TableEntry[]> {
    return this.#open().fresh((reader) => reader.scan(table, range));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#database.close();
  }

  #open(): LmdbReader {
    if (this.#isClosed) throw closedError(this.#path);
    return this.#reader;
  }
}
