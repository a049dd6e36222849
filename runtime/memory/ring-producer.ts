import { assert } from '../base/assert.js';
import { align8 } from '../base/bits.js';
import { kindIndex, lengthIndex, packKind, RecordKind } from './record-descriptor.js';
import { SEAL_LENGTH, seal } from './record-seal.js';
import { Region } from './region.js';
import {
  DATA_OFFSET,
  HEAD_OFFSET,
  ROOM_WANTED_OFFSET,
  ringLength,
  TAIL_OFFSET,
} from './ring-buffer-descriptor.js';

/** What {@link RingProducer.open} answers when the record does not fit now. */
export const INSUFFICIENT_CAPACITY = -1;

/**
 * The writing end of a one-to-one ring. Records are written straight into the ring: `open` gives a
 * contiguous stretch, the caller writes the record there, `commit` keeps it, `publish` shows all that
 * was committed to the consumer. Without `commit` nothing has happened.
 *
 * @thread owner: exactly one thread holds the producer of a ring
 */
export class RingProducer {
  /** The data of the ring; offsets given and taken here are offsets into it. */
  readonly region: Region;
  readonly capacityBytes: number;
  /** End of the stretch that the last `open` gave. */
  limit = 0;
  readonly #positions: Int32Array;
  /** Bytes behind each record for its checksum; 0 without. */
  readonly #sealLength: number;
  /** Position after the last committed record. */
  #tail: number;
  /** Position that the consumer can see. */
  #published: number;
  /** The consumer's head when it was last looked up: an old one only makes the ring look fuller. */
  #headCache: number;

  /**
   * Takes up the ring where its positions stand: a new producer carries on after a former one.
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
    this.#tail = Atomics.load(this.#positions, TAIL_OFFSET >> 2);
    this.#published = this.#tail;
    this.#headCache = Atomics.load(this.#positions, HEAD_OFFSET >> 2);
  }

  /**
   * Finds at least `minimumBytes` in one piece at the tail, padding the end of the data if need be.
   * Up to half of the capacity fits into an empty ring wherever its tail stands; more may never fit.
   * @returns the offset of the stretch, whose end is `limit`, or {@link INSUFFICIENT_CAPACITY}
   */
  open(minimumBytes: number): number {
    const found = this.#open(minimumBytes + this.#sealLength);
    if (found !== INSUFFICIENT_CAPACITY) this.limit -= this.#sealLength;
    return found;
  }

  #open(minimumBytes: number): number {
    const offset = this.#tail & (this.capacityBytes - 1);
    const free = this.capacityBytes - ((this.#tail - this.#headCache) >>> 0);
    const contiguous = Math.min(free, this.capacityBytes - offset);
    if (contiguous >= minimumBytes) {
      this.limit = offset + contiguous;
      return offset;
    }
    return this.#openSlowly(minimumBytes, offset);
  }

  #openSlowly(minimumBytes: number, offset: number): number {
    this.#headCache = Atomics.load(this.#positions, HEAD_OFFSET >> 2);
    const free = this.capacityBytes - ((this.#tail - this.#headCache) >>> 0);
    const untilEnd = this.capacityBytes - offset;
    if (Math.min(free, untilEnd) >= minimumBytes) {
      this.limit = offset + Math.min(free, untilEnd);
      return offset;
    }
    if (free < untilEnd || free - untilEnd < minimumBytes) return INSUFFICIENT_CAPACITY;
    this.#pad(offset, untilEnd);
    this.limit = free - untilEnd;
    return 0;
  }

  #pad(offset: number, lengthBytes: number): void {
    this.region.i32[lengthIndex(offset)] = lengthBytes;
    this.region.i32[kindIndex(offset)] = packKind(RecordKind.PADDING, 0, 0);
    this.#tail = (this.#tail + lengthBytes) | 0;
  }

  /**
   * Keeps the record written at the offset that the last `open` gave.
   * @param lengthBytes its exact length; stored in its first word
   */
  commit(offset: number, lengthBytes: number): void {
    const { i32 } = this.region;
    i32[lengthIndex(offset)] = lengthBytes;
    if (this.#sealLength > 0) seal(i32, offset, lengthBytes, this.#tail);
    this.#tail = (this.#tail + align8(lengthBytes) + this.#sealLength) | 0;
  }

  /** Position after the last committed record: what the head passes when the consumer has read it. */
  get tailPosition(): number {
    return this.#tail;
  }

  /** How far the consumer has read and released. */
  get headPosition(): number {
    return Atomics.load(this.#positions, HEAD_OFFSET >> 2);
  }

  /** Bytes committed but not yet visible to the consumer. */
  get unpublishedBytes(): number {
    return (this.#tail - this.#published) >>> 0;
  }

  /**
   * Shows all committed records to the consumer.
   * @returns false when there was nothing new, and so no reason to ring its doorbell
   */
  publish(): boolean {
    if (this.#tail === this.#published) return false;
    this.#published = this.#tail;
    Atomics.store(this.#positions, TAIL_OFFSET >> 2, this.#tail);
    return true;
  }

  /**
   * Asks the consumer to ring when it has made room (rule R5). Call it after `open` found none. The
   * bell reaches only a doorbell that is announced, and a wish is answered once: before it sleeps for
   * room, a thread announces and then calls this again, or looks at `roomAppeared`.
   * @returns true when room has appeared meanwhile, so that no bell will come: try again at once
   */
  wantRoom(): boolean {
    Atomics.store(this.#positions, ROOM_WANTED_OFFSET >> 2, 1);
    const head = Atomics.load(this.#positions, HEAD_OFFSET >> 2);
    if (head === this.#headCache) return false;
    this.#headCache = head;
    return true;
  }

  /**
   * The look before sleep, after `wantRoom` and the announcement: true when the consumer has made room
   * since `open` last looked, or has taken the wish. A consumer that was slow between its store of the
   * head and its look for a wish may answer a wish that is newer than that room, and ring before the
   * announcement; no second bell would come.
   */
  get roomAppeared(): boolean {
    if (Atomics.load(this.#positions, HEAD_OFFSET >> 2) !== this.#headCache) return true;
    return Atomics.load(this.#positions, ROOM_WANTED_OFFSET >> 2) === 0;
  }

  /** True when the consumer has taken everything that was published. */
  get drained(): boolean {
    return Atomics.load(this.#positions, HEAD_OFFSET >> 2) === this.#published;
  }
}
