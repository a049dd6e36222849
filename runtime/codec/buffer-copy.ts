/** Buffers from here on are allocated without zeroing; below, the plain allocation is faster. */
const UNZEROED_BYTES = 8 * 1024;

/**
 * A stretch of a buffer that is too large to be written into the message: an attachment, copied by whoever
 * posts the attachments, at that moment.
 */
export class BufferCopy {
  readonly #buffer: ArrayBuffer;
  readonly #from: number;
  readonly #to: number;

  constructor(buffer: ArrayBuffer, from: number, to: number) {
    this.#buffer = buffer;
    this.#from = from;
    this.#to = to;
  }

  get byteLength(): number {
    return this.#to - this.#from;
  }

  /**
   * A copy of the stretch, to be handed over. The one copy there is: a buffer that is posted as it is gets copied
   * into the message and out of it again.
   */
  take(): ArrayBuffer {
    const copy = Buffer.allocUnsafeSlow(this.byteLength);
    copy.set(new Uint8Array(this.#buffer, this.#from, copy.length));
    return copy.buffer;
  }
}

/** A copy of bytes of a record, in a buffer of its own. Zeroing first would cost as much as copying. */
export function copyOf(from: Buffer, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const copy = length < UNZEROED_BYTES ? new Uint8Array(length) : Buffer.allocUnsafeSlow(length);
  copy.set(from.subarray(offset, offset + length));
  return copy;
}
