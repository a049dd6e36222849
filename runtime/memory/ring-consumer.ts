import { assert } from '../base/assert.js';
import { align8 } from '../base/bits.js';
import { HEADER_LENGTH, kindIndex, kindOf, lengthIndex, RecordKind } from './record-descriptor.js';
import { isSealed, SEAL_LENGTH } from './record-seal.js';
import { Region } from './region.js';
import {
  DATA_OFFSET,
  HEAD_OFFSET,
  ROOM_WANTED_OFFSET,
  ringLength,
  TAIL_OFFSET,
} from './ring-buffer-descriptor.js';

/** What {@link RingConsumer.next} answers when all that was seen has been read. */
export const END_OF_RECORDS = -1;

// Taken out of their modules once: V8 folds a constant of this module, but looks up an imported one at each use.
const { PADDING } = RecordKind;
const HEADER = HEADER_LENGTH;
const END = END_OF_RECORDS;
const LENGTH_WORD = lengthIndex(0);
const KIND_WORD = kindIndex(0);
const kind = kindOf;
const align = align8;

/**
 * The reading end of a one-to-one ring. `look` takes note of what is published, `next` walks over
 * the records up to there, `release` gives their room back to the producer.
 *
 * @thread owner: exactly one thread holds the consumer of a ring
 */
export class RingConsumer {
  readonly region: Region;
  readonly capacityBytes: number;
  readonly #positions: Int32Array;
  /** Bytes behind each record for its checksum; 0 without. */
  readonly #sealLength: number;
  /** Position of the next record to read. */
  #head: number;
  /** Head as the producer can see it. */
  #released: number;
  /** The tail as `look` saw it. */
  #seen: number;

  /**
   * Takes up the ring where its head stands: a new consumer carries on after a former one.
   * @param checksums a seal stands behind each record; both ends must agree
   */
  constructor(
    memory: SharedArrayBuffer | ArrayBuffer,
    byteOffset: number,
    capacityBytes: number,
    checksums = false,
  ) {
    assert(
      byteOffset + ringLength(capacityBytes) <= memory.byteLength,
      () => `ring of ${capacityBytes} bytes at ${byteOffset} exceeds ${memory.byteLength}`,
    );
    this.region = new Region(memory, byteOffset + DATA_OFFSET, capacityBytes);
    this.capacityBytes = capacityBytes;
    this.#sealLength = checksums ? SEAL_LENGTH : 0;
    this.#positions = new Int32Array(memory, byteOffset, DATA_OFFSET >> 2);
    this.#head = Atomics.load(this.#positions, HEAD_OFFSET >> 2);
    this.#released = this.#head;
    this.#seen = this.#head;
  }

  /** Takes note of what is published now. @returns true when there is something to read */
  look(): boolean {
    this.#seen = Atomics.load(this.#positions, TAIL_OFFSET >> 2);
    return this.#seen !== this.#head;
  }

  /**
   * As `look`, but only where a plain load shows that it is worth one: for who looks again and again. A record that
   * happened before it is seen; one that another thread publishes meanwhile may be missed, so the last
   * look before a sleep is `look`.
   */
  glance(): boolean {
    return this.#positions[TAIL_OFFSET >> 2] !== this.#head && this.look();
  }

  /** Bytes read since the last release. */
  get readBytes(): number {
    return (this.#head - this.#released) >>> 0;
  }

  /** True when something is left of what the last `look` saw. */
  get pending(): boolean {
    return this.#seen !== this.#head;
  }

  /**
   * Steps to the next record, padding skipped.
   * @returns its offset in `region`, valid until `release`, or {@link END_OF_RECORDS}
   * @throws {RingDamagedError} when the bytes are not a record: what follows cannot be found either
   */
  next(): number {
    const { i32 } = this.region;
    const seen = this.#seen;
    let head = this.#head;
    while (head !== seen) {
      const offset = head & (this.capacityBytes - 1);
      const length = i32[(offset >> 2) + LENGTH_WORD]!;
      // Bounded before it is rounded up: rounding a length near 2^31 would turn it negative.
      // Less than 2^31; a tail that was overwritten may make it negative, and then no record fits.
      const ahead = (seen - head) | 0;
      const untilEnd = this.capacityBytes - offset;
      const limit = ahead < untilEnd ? ahead : untilEnd;
      if (length < 8 || length > limit) throw new RingDamagedError(offset, length);
      const isPadding = kind(i32[(offset >> 2) + KIND_WORD]!) === PADDING;
      const span = align(length) + (isPadding ? 0 : this.#sealLength);
      if (span > limit) throw new RingDamagedError(offset, length);
      if (this.#sealLength > 0) this.#assertWhole(offset, length, isPadding);
      head = (head + span) | 0;
      this.#head = head;
      if (!isPadding) {
        if (length < HEADER) throw new RingDamagedError(offset, length);
        return offset;
      }
    }
    return END;
  }

  /** A padding has no seal: it reaches to the end of the data, as no record with a seal does. */
  #assertWhole(offset: number, length: number, isPadding: boolean): void {
    const isWhole = isPadding
      ? offset + length === this.capacityBytes
      : isSealed(this.region.i32, offset, length, this.#head);
    if (!isWhole) throw new RingDamagedError(offset, length);
  }

  /**
   * Skips everything that is published: the way out of a damaged ring. The next `release` gives its
   * room back, as it does for records that were read, and says whether the producer waits for it.
   * @returns the bytes skipped, those of records read before not counted
   */
  discard(): number {
    const seen = Atomics.load(this.#positions, TAIL_OFFSET >> 2);
    const bytes = (seen - this.#head) >>> 0;
    this.#head = seen;
    this.#seen = seen;
    return bytes;
  }

  /**
   * Gives the room of all records read so far back to the producer.
   * @returns true when the producer waits for room: ring its doorbell
   */
  release(): boolean {
    if (this.#head === this.#released) return false;
    this.#released = this.#head;
    Atomics.store(this.#positions, HEAD_OFFSET >> 2, this.#head);
    if (Atomics.load(this.#positions, ROOM_WANTED_OFFSET >> 2) === 0) return false;
    Atomics.store(this.#positions, ROOM_WANTED_OFFSET >> 2, 0);
    return true;
  }
}

/** The length word of a record makes no sense, or its checksum does not fit: memory was overwritten. */
export class RingDamagedError extends Error {
  override readonly name = 'RingDamagedError';

  constructor(offset: number, length: number) {
    super(`record at offset ${offset} claims ${length} bytes`);
  }
}
