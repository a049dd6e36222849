import { Closable } from '../closable.js';
import type {
  Position,
  ReadRange,
  ScanRange,
  StoredRecord,
  StreamHead,
  TableEntry,
} from '../journal.js';
import type { Database } from './database.js';
import type { LmdbReader } from './reader.js';

/** The reads of a store on LMDB, for those who only read and for the one who writes. */
export abstract class ReaderBase extends Closable {
  protected readonly database: Database;
  protected readonly reader: LmdbReader;

  protected constructor(path: string, database: Database, reader: LmdbReader) {
    super(path);
    this.database = database;
    this.reader = reader;
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

  protected override async release(): Promise<void> {
    await this.database.close();
  }

  #open(): LmdbReader {
    this.assertOpen();
    return this.reader;
  }
}
