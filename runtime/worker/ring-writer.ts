import {
  FRAGMENT_PAYLOAD_OFFSET,
  generationIndex,
  kindIndex,
  packKind,
  RecordKind,
  slotIndex,
} from '../memory/record-descriptor.js';
import type { Region } from '../memory/region.js';
import { INSUFFICIENT_CAPACITY, type RingProducer } from '../memory/ring-producer.js';
import type { OverflowQueue, WaitingRecord } from './overflow-queue.js';

/** A record of at most this share of the ring goes in one piece; larger ones go in fragments. */
const WHOLE_SHARE = 4;
const MIN_FRAGMENT_BYTES = 256;

/** Largest record that is written in one piece. */
export function maxWholeBytes(ring: RingProducer): number {
  return ring.capacityBytes / WHOLE_SHARE;
}

/**
 * Moves waiting records into their ring, as far as there is room, in order.
 * @param serial of this thread, for fragments
 * @param onWritten called for each record that is complete in the ring
 * @returns true when all are in the ring
 */
export function drainOverflow(
  ring: RingProducer,
  queue: OverflowQueue,
  serial: number,
  onWritten: (record: WaitingRecord) => void,
): boolean {
  for (let record = queue.first(); record !== undefined; record = queue.first()) {
    if (!writeRecord(ring, record, serial)) return false;
    queue.shift();
    onWritten(record);
  }
  return true;
}

/**
 * Writes the record at the start of `source`, if there is room for it in one piece now. By words: what
 * comes this way is short.
 */
export function writeWhole(ring: RingProducer, source: Region, length: number): boolean {
  if (length > maxWholeBytes(ring)) return false;
  const offset = ring.open(length);
  if (offset === INSUFFICIENT_CAPACITY) return false;
  const from = source.i32;
  const to = ring.region.i32;
  const base = offset >> 2;
  for (let i = (length + 3) >> 2; i-- > 0; ) to[base + i] = from[i]!;
  ring.commit(offset, length);
  return true;
}

/** @returns true when the record is complete in the ring */
function writeRecord(ring: RingProducer, record: WaitingRecord, serial: number): boolean {
  const { bytes } = record;
  if (record.unposted !== null) return false;
  if (record.writtenBytes === 0 && bytes.length <= maxWholeBytes(ring)) {
    const offset = ring.open(bytes.length);
    if (offset === INSUFFICIENT_CAPACITY) return false;
    ring.region.bytes.set(bytes, offset);
    ring.commit(offset, bytes.length);
    return true;
  }
  while (record.writtenBytes < bytes.length) {
    if (!writeFragment(ring, record, serial)) return false;
  }
  return true;
}

function writeFragment(ring: RingProducer, record: WaitingRecord, serial: number): boolean {
  const { bytes, writtenBytes } = record;
  const left = bytes.length - writtenBytes;
  const least = Math.min(left, MIN_FRAGMENT_BYTES);
  const offset = ring.open(FRAGMENT_PAYLOAD_OFFSET + least);
  if (offset === INSUFFICIENT_CAPACITY) return false;
  const room = ring.limit - offset - FRAGMENT_PAYLOAD_OFFSET;
  const part = Math.min(left, room, maxWholeBytes(ring));
  const { i32 } = ring.region;
  i32[kindIndex(offset)] = packKind(RecordKind.FRAGMENT, 0, serial);
  i32[slotIndex(offset)] = bytes.length;
  i32[generationIndex(offset)] = writtenBytes;
  ring.region.bytes.set(
    bytes.subarray(writtenBytes, writtenBytes + part),
    offset + FRAGMENT_PAYLOAD_OFFSET,
  );
  ring.commit(offset, FRAGMENT_PAYLOAD_OFFSET + part);
  record.writtenBytes += part;
  return true;
}
