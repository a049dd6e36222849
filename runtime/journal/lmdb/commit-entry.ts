import { asBuffer, CONTENT, Kind, nameKey, seal, writeU32, writeU48 } from './descriptor.js';

/** Records of one stream that were appended together. */
export interface Run {
  readonly stream: string;
  readonly version: number;
  readonly count: number;
}

/** A run to be written. */
export interface WrittenRun extends Run {
  /** The `nameKey` of its records, for who has it. */
  readonly prefix?: Uint8Array;
}

/** What a commit appended, in order. */
export interface CommitEntry {
  /** Position of its first record. */
  readonly first: number;
  readonly runs: readonly Run[];
}

/** Bytes of a run besides the name of its stream. */
const RUN_BYTES = 2 + 6 + 4;

/** The value of a commit: see `descriptor.ts`. */
export function commitValue(key: Uint8Array, first: number, runs: readonly WrittenRun[]): Buffer {
  let length = CONTENT + 6;
  for (const { stream, prefix } of runs) {
    length += RUN_BYTES + (prefix === undefined ? Buffer.byteLength(stream) : prefix.length - 2);
  }
  const value = Buffer.allocUnsafe(length);
  let offset = writeU48(value, first, CONTENT);
  for (const { stream, prefix = nameKey(Kind.RECORD, stream), version, count } of runs) {
    const nameLength = prefix.length - 2;
    // With its first byte and its last, which are written over.
    value.set(prefix, offset + 1);
    value[offset] = nameLength >>> 8;
    value[offset + 1] = nameLength;
    offset = writeU48(value, version, offset + 2 + nameLength);
    offset = writeU32(value, count, offset);
  }
  return seal(key, value);
}

/** Reads the value of a commit. */
export function commitIn(value: Uint8Array): CommitEntry {
  const buffer = asBuffer(value);
  const runs: Run[] = [];
  let offset = CONTENT + 6;
  while (offset < buffer.length) {
    const end = offset + 2 + buffer.readUInt16BE(offset);
    runs.push({
      stream: buffer.toString('utf8', offset + 2, end),
      version: buffer.readUIntBE(end, 6),
      count: buffer.readUInt32BE(end + 6),
    });
    offset = end + 10;
  }
  return { first: buffer.readUIntBE(CONTENT, 6), runs };
}
