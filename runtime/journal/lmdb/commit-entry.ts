import { asBuffer, CONTENT, seal, writeU32, writeU48 } from './descriptor.js';

/** Records of one stream that were appended together. */
export interface Run {
  readonly stream: string;
  readonly version: number;
  readonly count: number;
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
export function commitValue(key: Uint8Array, first: number, runs: readonly Run[]): Buffer {
  let length = CONTENT + 6;
  for (const { stream } of runs) length += RUN_BYTES + Buffer.byteLength(stream);
  const value = Buffer.allocUnsafe(length);
  let offset = writeU48(value, first, CONTENT);
  for (const { stream, version, count } of runs) {
    const nameLength = value.write(stream, offset + 2);
    value.writeUInt16BE(nameLength, offset);
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
