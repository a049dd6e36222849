import type { Transferable } from 'node:worker_threads';
import { TroupeError } from '../base/errors.js';
import type { Encoder } from '../codec/encoder.js';
import { Region } from '../memory/region.js';

const INITIAL_BYTES = 16 * 1024;
/** A scratch that grew beyond this for one message is given back. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Private memory of a thread in which a record is encoded when the ring has no room for it. */
export class Scratch {
  region = Region.allocate(INITIAL_BYTES);
  /** Bytes of the largest record. */
  readonly maxBytes: number;

  /** @param maxBytes largest record */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /**
   * Encodes a value at `offset`, with as much room as it takes.
   * @returns the end of the record
   * @throws {TroupeError} ERR_TOO_LARGE, ERR_NOT_SENDABLE
   */
  encode(
    encoder: Encoder,
    value: unknown,
    offset: number,
    transfer: readonly Transferable[] | undefined,
  ): number {
    for (;;) {
      const { region } = this;
      const end =
        transfer === undefined
          ? encoder.encode(value, region, offset, region.byteLength)
          : encoder.encodeWithTransfer(value, transfer, region, offset, region.byteLength);
      if (end >= 0) return end;
      if (region.byteLength >= this.maxBytes) throw this.tooLarge();
      this.region = Region.allocate(Math.min(region.byteLength * 4, this.maxBytes));
    }
  }

  /** The error for a message beyond the limit. */
  tooLarge(): TroupeError {
    this.region = Region.allocate(INITIAL_BYTES);
    return new TroupeError('ERR_TOO_LARGE', {
      what: `the encoded message exceeds ${this.maxBytes} bytes`,
      mend: 'raise maxMessageBytes, transfer an ArrayBuffer, or pass a SharedArrayBuffer by reference',
    });
  }

  /** The first `length` bytes, for keeps. */
  copy(length: number): Uint8Array {
    const bytes = Uint8Array.prototype.slice.call(this.region.bytes, 0, length);
    if (this.region.byteLength > KEPT_BYTES) this.region = Region.allocate(INITIAL_BYTES);
    return bytes;
  }
}
