import {
  generationIndex,
  kindIndex,
  lengthIndex,
  packKind,
  RecordKind,
  slotIndex,
} from '../../../runtime/memory/record-descriptor.js';
import type { RingConsumer } from '../../../runtime/memory/ring-consumer.js';
import type { RingProducer } from '../../../runtime/memory/ring-producer.js';
import { GRAIN } from './ring-scenario.js';

/** A record as the receiver must find it. */
export interface Expected {
  readonly sequence: number;
  readonly length: number;
}

/** Writes what `open` gave room for: header, and a word in each further grain. */
export function writeRecord({ region }: RingProducer, offset: number, record: Expected): void {
  const { i32 } = region;
  const { sequence, length } = record;
  i32[kindIndex(offset)] = packKind(RecordKind.ENVELOPE, 0, sequence);
  i32[slotIndex(offset)] = sequence;
  i32[generationIndex(offset)] = checkOf(sequence, length, 0);
  for (let at = GRAIN; at < length; at += GRAIN) {
    i32[(offset + at) >> 2] = checkOf(sequence, length, at);
  }
}

/**
 * Reads all that was written of the record at an offset that `next` gave.
 * @returns its sequence number
 * @throws when its parts are not of one record
 */
export function readRecord({ region }: RingConsumer, offset: number): number {
  const { i32 } = region;
  const length = i32[lengthIndex(offset)]!;
  const sequence = i32[slotIndex(offset)]!;
  const isWhole =
    i32[kindIndex(offset)] === packKind(RecordKind.ENVELOPE, 0, sequence) &&
    i32[generationIndex(offset)] === checkOf(sequence, length, 0);
  if (!isWhole) throw new Error(`torn record at ${offset}`);
  for (let at = GRAIN; at < length; at += GRAIN) {
    if (i32[(offset + at) >> 2] !== checkOf(sequence, length, at)) {
      throw new Error(`torn record at ${offset}, byte ${at}`);
    }
  }
  return sequence;
}

function checkOf(sequence: number, length: number, at: number): number {
  return (sequence << 20) ^ (length << 4) ^ at;
}
