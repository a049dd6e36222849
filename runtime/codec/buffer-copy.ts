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

  /** The whole buffer when all of it is shown: posting copies it. */
  get whole(): ArrayBuffer | undefined {
    const isWhole = this.#from === 0 && this.#to === this.#buffer.byteLength;
    return isWhole ? this.#buffer : undefined;
  }

  /** A copy of the stretch, to be handed over. */
  take(): ArrayBuffer {
    return this.#buffer.slice(this.#from, this.#to);
  }
}
