import { checkMade } from '../../base/check-made.js';
import { msgpackSerializer } from '../msgpack-serializer.js';
import { type Database, notOpened, openDatabase } from './database.js';
import { folderOf } from './folder.js';
import { checkHeader } from './header.js';
import { LmdbReader } from './reader.js';
import { ReaderBase } from './reader-base.js';

/** Reads of a store on the calling thread, whichever thread writes. Sees what was committed before the call. */
export class LmdbReads extends ReaderBase {
  private constructor(path: string, database: Database, reader: LmdbReader) {
    checkMade(reader !== undefined, 'LmdbReads', 'await LmdbReads.open(path)');
    super(path, database, reader);
  }

  /**
   * Opens a store that exists.
   * @throws {TroupeError} ERR_JOURNAL_PACKAGE, ERR_JOURNAL_OPEN, ERR_JOURNAL_VERSION, ERR_JOURNAL_DAMAGED
   */
  static async open(folder: string): Promise<LmdbReads> {
    const path = folderOf('LmdbReads.open', folder);
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
}
