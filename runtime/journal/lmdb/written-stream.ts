import type { StreamHead } from '../journal.js';
import { crcOf, crcWith } from './checksum.js';
import { Kind, nameKey, recordKeyAt, type StoredHead } from './descriptor.js';

/**
 * The head of a stream in use, as the writer goes on with it, and what the keys of all its records have in common:
 * the bytes of its name, and their checksum, are not made anew for each record.
 */
export class WrittenStream implements StoredHead {
  readonly stream: string;
  version: number;
  first: number;
  epoch: number;
  isTombstoned: boolean;
  /** The key of a record without its version. */
  readonly prefix: Uint8Array;
  readonly #prefixCrc: number;

  constructor(stream: string, head: StreamHead) {
    this.stream = stream;
    this.version = head.version;
    this.first = head.first;
    this.epoch = head.epoch;
    this.isTombstoned = head.isTombstoned;
    // A copy, no Buffer: very many streams are kept, and each would keep a whole slab of Node's pool.
    this.prefix = new Uint8Array(nameKey(Kind.RECORD, stream));
    this.#prefixCrc = crcOf(this.prefix);
  }

  /** A copy that stays as it is. */
  head(): StreamHead {
    const { version, first, epoch, isTombstoned } = this;
    return { version, first, epoch, isTombstoned };
  }

  /** As the function `recordKey`. */
  recordKey(version: number): Buffer {
    return recordKeyAt(this.prefix, version);
  }

  /** The checksum of such a key. */
  crcOf(key: Uint8Array): number {
    return crcWith(this.#prefixCrc, key, this.prefix.length);
  }
}
