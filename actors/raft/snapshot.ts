import type { Configuration } from './configuration.js';
import type { SnapshotChunk } from './messages.js';

/** The state of a group up to an index, in place of the log up to there (paper, section 7). */
export interface Snapshot {
  readonly index: number;
  readonly term: number;
  /** In force at that index. */
  readonly configuration: Configuration;
  /** The state machine's, with its sessions. */
  readonly data: Uint8Array;
  /** {@link checksumOf} the data. */
  readonly checksum: number;
}

/** FNV-1a over bytes: tells pieces of different snapshots apart and finds a damaged one. */
export function checksumOf(data: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < data.length; i++) hash = Math.imul(hash ^ data[i]!, 0x01000193);
  return hash >>> 0;
}

/**
 * Puts the pieces of a snapshot together. Another snapshot takes the place of one that is not complete;
 * a piece that was received already, or comes too early, changes nothing.
 */
export class SnapshotAssembly {
  #index = 0;
  #term = 0;
  #checksum = 0;
  #totalBytes = 0;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** The next byte wanted. */
  get offset(): number {
    return this.#bytes;
  }

  /** @returns the snapshot when this piece completes it */
  add(chunk: SnapshotChunk): Snapshot | undefined {
    if (!this.#isOf(chunk)) this.#begin(chunk);
    if (chunk.offset === this.#bytes && chunk.data.length <= this.#totalBytes - this.#bytes) {
      this.#parts.push(chunk.data);
      this.#bytes += chunk.data.length;
    }
    if (this.#bytes < this.#totalBytes) return undefined;
    const data = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      data.set(part, at);
      at += part.length;
    }
    this.clear();
    if (checksumOf(data) !== chunk.checksum) return undefined;
    const { index, indexTerm: term, configuration, checksum } = chunk;
    return { index, term, configuration, data, checksum };
  }

  clear(): void {
    this.#index = 0;
    this.#parts = [];
    this.#bytes = 0;
  }

  #isOf({ index, indexTerm, checksum, totalBytes }: SnapshotChunk): boolean {
    return (
      index === this.#index &&
      indexTerm === this.#term &&
      checksum === this.#checksum &&
      totalBytes === this.#totalBytes
    );
  }

  #begin({ index, indexTerm, checksum, totalBytes }: SnapshotChunk): void {
    this.clear();
    this.#index = index;
    this.#term = indexTerm;
    this.#checksum = checksum;
    this.#totalBytes = totalBytes;
  }
}
