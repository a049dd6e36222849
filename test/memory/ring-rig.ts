import {
  HEADER_LENGTH,
  kindIndex,
  lengthIndex,
  packKind,
  RecordKind,
} from '../../runtime/memory/record-descriptor.js';
import {
  HEAD_OFFSET,
  MIN_CAPACITY_BYTES,
  ringLength,
  TAIL_OFFSET,
} from '../../runtime/memory/ring-buffer-descriptor.js';
import { END_OF_RECORDS, RingConsumer } from '../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY, RingProducer } from '../../runtime/memory/ring-producer.js';

export const CAPACITY = MIN_CAPACITY_BYTES;

/** What a test sees of a record: its exact length and the byte that fills it. */
export interface Seen {
  readonly length: number;
  readonly fill: number;
}

/** A small ring with both ends on this thread. */
export class Ring {
  readonly memory = new SharedArrayBuffer(ringLength(CAPACITY));
  producer: RingProducer;
  consumer: RingConsumer;

  /** @param options `start`: where both positions stand; a multiple of 8 */
  constructor(options: { readonly start: number; readonly checksums?: boolean }) {
    const words = new Int32Array(this.memory);
    words[HEAD_OFFSET >> 2] = options.start | 0;
    words[TAIL_OFFSET >> 2] = options.start | 0;
    this.producer = new RingProducer(this.memory, 0, CAPACITY, options.checksums);
    this.consumer = new RingConsumer(this.memory, 0, CAPACITY, options.checksums);
  }

  /** Writes a record all of whose bytes after the kind are `fill`. @returns its offset or -1 */
  commit(length: number, fill: number): number {
    const offset = this.producer.open(length);
    if (offset === INSUFFICIENT_CAPACITY) return offset;
    this.write(offset, length, fill);
    this.producer.commit(offset, length);
    return offset;
  }

  /** Writes the bytes of a record without committing it. */
  write(offset: number, length: number, fill: number): void {
    const { region } = this.producer;
    region.i32[kindIndex(offset)] = packKind(RecordKind.ENVELOPE, 0, 0);
    region.bytes.fill(fill, offset + 8, offset + length);
  }

  /** The record at an offset that `next` gave. @throws when its bytes are not all the same */
  read(offset: number): Seen {
    const { region } = this.consumer;
    const length = region.i32[lengthIndex(offset)]!;
    const body = region.bytes.subarray(offset + 8, offset + length);
    if (length < HEADER_LENGTH || !body.every((byte) => byte === body[0])) {
      throw new Error(`torn record at ${offset}: ${body.toString('hex')}`);
    }
    return { length, fill: body[0]! };
  }

  /** Reads what the last `look` saw, without giving the room back. */
  takeSeen(): Seen[] {
    const seen: Seen[] = [];
    for (let at = this.consumer.next(); at !== END_OF_RECORDS; at = this.consumer.next()) {
      seen.push(this.read(at));
    }
    return seen;
  }

  /** Reads all that is published and gives the room back. */
  takeAll(): Seen[] {
    this.consumer.look();
    const seen = this.takeSeen();
    this.consumer.release();
    return seen;
  }
}

/** Bytes of memory as hex. */
export function hexAt(memory: SharedArrayBuffer, offset: number, length: number): string {
  return Buffer.from(memory as unknown as ArrayBuffer, offset, length).toString('hex');
}
