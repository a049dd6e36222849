import { align8 } from '../base/bits.js';
import { HEADER_LENGTH } from '../memory/record-descriptor.js';
import { Region } from '../memory/region.js';

/** No record is larger: the most that `maxMessageBytes` may be. */
export const MAX_RECORD_BYTES = 2 ** 30;

/**
 * A large record while its fragments arrive. The fragments of one record follow each other in their ring with
 * nothing between them, so there is one of these for each ring.
 *
 * @thread owner
 */
export class Reassembly {
  #whole: Region | null = null;
  #sender = 0;
  #totalBytes = 0;
  #bytes = 0;

  /** True from the first fragment to the last. */
  get isOpen(): boolean {
    return this.#whole !== null;
  }

  /** True while a record of that sender, a serial of a thread, is put together. */
  isOf(sender: number): boolean {
    return this.#whole !== null && this.#sender === sender;
  }

  /** Begins a record of so many bytes. @returns false when no record is of that size */
  begin(sender: number, totalBytes: number): boolean {
    if (totalBytes < HEADER_LENGTH || totalBytes > MAX_RECORD_BYTES) return false;
    this.#whole = Region.allocate(align8(totalBytes));
    this.#sender = sender;
    this.#totalBytes = totalBytes;
    this.#bytes = 0;
    return true;
  }

  /** Adds the next part. @returns false when it is not the next one, or does not fit */
  add(part: Uint8Array, position: number): boolean {
    if (this.#whole === null || position !== this.#bytes) return false;
    if (position + part.length > this.#totalBytes) return false;
    this.#whole.bytes.set(part, position);
    this.#bytes += part.length;
    return true;
  }

  /** True when all parts are there. */
  get isComplete(): boolean {
    return this.#whole !== null && this.#bytes === this.#totalBytes;
  }

  /** True when the header of the record is there, so that it can be told what is lost. */
  get hasHeader(): boolean {
    return this.#whole !== null && this.#bytes >= HEADER_LENGTH;
  }

  /** Gives out what is there, and is ready for another record. */
  end(): Region {
    const whole = this.#whole!;
    this.#whole = null;
    return whole;
  }
}
