import { assert } from '../base/assert.js';
import { CACHE_LINE_BYTES, isPowerOfTwo } from '../base/bits.js';

/**
 * The bytes of one one-to-one ring buffer.
 *
 * ```
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                Head position (u32, consumer)                  |   +0
 *  +---------------------------------------------------------------+
 *  |                   ... 124 bytes unused ...                    |
 *  +---------------------------------------------------------------+
 *  |                Tail position (u32, producer)                  | +128
 *  +---------------------------------------------------------------+
 *  |                   ... 60 bytes unused ...                     |
 *  +---------------------------------------------------------------+
 *  |              Room wanted (0 or 1, producer)                   | +192
 *  +---------------------------------------------------------------+
 *  |                   ... 60 bytes unused ...                     |
 *  +---------------------------------------------------------------+
 *  |                Records (capacity bytes)                    ...| +256
 *  +---------------------------------------------------------------+
 * ```
 *
 * Head and tail stand two cache lines apart, because processors fetch lines in pairs.
 *
 * - R1: positions are byte counts modulo 2^32; they are compared only as `(tail - head) >>> 0`.
 * - R2: `0 <= tail - head <= capacity`; a record lies in the data at `position & (capacity - 1)`.
 * - R3: both positions are multiples of 8; a record never crosses the end of the data, a padding
 *   record fills what is left there.
 * - R4 (publication): only the producer stores the tail, by `Atomics.store` after all bytes of the
 *   records before it are written; a consumer that loads the tail by `Atomics.load` may read every
 *   byte before it with plain loads. Only the consumer stores the head, by `Atomics.store` after its
 *   last read of the records before it; a producer that loads the head by `Atomics.load` may
 *   overwrite them with plain stores. Atomics are sequentially consistent, which is more than the
 *   release and acquire this needs; the doorbell needs the rest.
 * - R4a (glance): a plain load of the tail may decide that a ring is not worth an `Atomics.load`. It misses nothing
 *   that was published before something which this thread has seen by Atomics (happens-before), so signals are found before the
 *   message that was given after them. It may miss what is published meanwhile, for any time: no thread
 *   goes to sleep upon it.
 * - R5 (room): a producer that found the ring full stores 1 into "room wanted", then loads the head
 *   once more; a consumer stores the head, then loads "room wanted", and if it is 1 stores 0 and rings
 *   the producer's doorbell. In the total order of these four one side always sees the other. The bell
 *   may come before the producer's announcement: after that it makes its wish anew, or looks whether
 *   the wish still stands.
 */
export const HEAD_OFFSET = 0;
export const TAIL_OFFSET = 2 * CACHE_LINE_BYTES;
export const ROOM_WANTED_OFFSET = 3 * CACHE_LINE_BYTES;
export const DATA_OFFSET = 4 * CACHE_LINE_BYTES;

/** Smallest capacity: room for a few records of every kind. */
export const MIN_CAPACITY_BYTES = 1024;
/** Largest capacity: positions must stay distinguishable modulo 2^32. */
export const MAX_CAPACITY_BYTES = 2 ** 30;

/** Bytes of a ring with `capacityBytes` of data. */
export function ringLength(capacityBytes: number): number {
  assert(
    isPowerOfTwo(capacityBytes) &&
      capacityBytes >= MIN_CAPACITY_BYTES &&
      capacityBytes <= MAX_CAPACITY_BYTES,
    () => `ring capacity must be a power of two from 1024 to 2^30: ${capacityBytes}`,
  );
  return DATA_OFFSET + capacityBytes;
}

/** Head of the ring at `byteOffset`, as anybody may read it. */
export function headPosition(memory: SharedArrayBuffer, byteOffset: number): number {
  return Atomics.load(new Int32Array(memory, byteOffset, DATA_OFFSET >> 2), HEAD_OFFSET >> 2);
}

/** Tail of the ring at `byteOffset`, as anybody may read it. */
export function tailPosition(memory: SharedArrayBuffer, byteOffset: number): number {
  return Atomics.load(new Int32Array(memory, byteOffset, DATA_OFFSET >> 2), TAIL_OFFSET >> 2);
}

assert(TAIL_OFFSET - HEAD_OFFSET >= 2 * CACHE_LINE_BYTES, () => 'head and tail share a line pair');
assert(DATA_OFFSET % 8 === 0, () => 'data must be 8-aligned');
