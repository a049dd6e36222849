import { assert } from '../base/assert.js';
import { ALIGNMENT_BYTES } from '../base/bits.js';

/**
 * A stretch of memory seen as bytes, i32 and f64 at once. All offsets into it are byte offsets from
 * its start; `i32` is indexed by `offset >> 2`, `f64` by `offset >> 3`. The start is 8-aligned in its
 * buffer, so that any 8-aligned offset can be read as f64.
 */
export class Region {
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  readonly byteLength: number;
  /** A Buffer, for its string functions; it works on shared memory too. */
  readonly bytes: Buffer;
  readonly i32: Int32Array;
  readonly f64: Float64Array;

  constructor(buffer: SharedArrayBuffer | ArrayBuffer, byteOffset = 0, byteLength?: number) {
    const length = byteLength ?? buffer.byteLength - byteOffset;
    assert(
      byteOffset % ALIGNMENT_BYTES === 0 && length % ALIGNMENT_BYTES === 0,
      () => `a region is made of whole 8-byte words: offset ${byteOffset}, length ${length}`,
    );
    this.buffer = buffer;
    this.byteLength = length;
    this.bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, length);
    this.i32 = new Int32Array(buffer, byteOffset, length >> 2);
    this.f64 = new Float64Array(buffer, byteOffset, length >> 3);
  }

  /** A private region of at least `byteLength` bytes. */
  static allocate(byteLength: number): Region {
    return new Region(new ArrayBuffer((byteLength + 7) & ~7));
  }
}
