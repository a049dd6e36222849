import { types } from 'node:util';
import { align8 } from '../base/bits.js';
import { copyOf } from './buffer-copy.js';
import {
  type AnyBuffer,
  ENTRY_BYTES,
  elementBytes,
  SOURCE_ATTACHMENT,
  SOURCE_BYTES,
  VIEW_CLASSES,
  VIEW_DATA_VIEW,
  VIEW_NODE_BUFFER,
} from './buffers.js';
import { damaged } from './damaged.js';
import type { ValueReader } from './value-reader.js';

/** A buffer of the message being decoded. */
export interface ReceivedBuffer {
  readonly buffer: AnyBuffer;
  /** What offsets of the sender are to be reduced by. */
  readonly from: number;
}

/** Reads the marker of the table and the table itself, which bounds the values from now on. */
export function openBufferTable(r: ValueReader): void {
  const table = r.start + (r.word() >>> 0);
  if (r.buffers !== null || table % 4 !== 0 || table < r.position || table > r.end) {
    r.refuse(`a buffer table at ${table - r.start}`);
  }
  r.tableEnd = readBufferTable(r, table, r.end);
  r.end = table;
}

/** @returns where the bytes of the table end */
function readBufferTable(r: ValueReader, table: number, end: number): number {
  const { i32 } = r;
  const count = table + 4 <= end ? i32[table >> 2]! : -1;
  let q = table + 4 + count * ENTRY_BYTES;
  if (count <= 0 || q > end) throw damaged(`a table of ${count} buffers`);
  const buffers: ReceivedBuffer[] = [];
  for (let i = 0, word = (table + 4) >> 2; i < count; i++, word += ENTRY_BYTES / 4) {
    const source = i32[word]!;
    const length = i32[word + 2]!;
    if (source === SOURCE_ATTACHMENT) {
      const buffer = r.attachments[length];
      if (!types.isAnyArrayBuffer(buffer)) throw damaged(`attachment ${length} is not a buffer`);
      buffers.push({ buffer, from: i32[word + 1]! });
      continue;
    }
    q = align8(q);
    if (source !== SOURCE_BYTES || length < 0 || q + length > end)
      throw damaged(`a buffer of ${length} bytes`);
    const { buffer } = copyOf(r.bytes, q, length);
    buffers.push({ buffer, from: i32[word + 1]! });
    q += length;
  }
  r.buffers = buffers;
  return q;
}

/** Reads a reference to a whole buffer. */
export function readArrayBuffer(r: ValueReader, index: number): AnyBuffer {
  const received = r.buffers?.[index];
  if (received === undefined) throw damaged(`there is no buffer ${index}`);
  r.add(received.buffer);
  return received.buffer;
}

/** Reads a view: its class, buffer, offset and length. */
export function readView(r: ValueReader, type: number): ArrayBufferView {
  const index = r.word();
  const offset = r.word();
  const length = r.word();
  const received = r.buffers?.[index];
  if (received === undefined || type > VIEW_NODE_BUFFER) {
    throw damaged(`a view of type ${type} on buffer ${index}`);
  }
  const { buffer, from } = received;
  const at = (offset - from) >>> 0;
  if (length < 0 || at + length * elementBytes(type) > buffer.byteLength) {
    throw damaged(`a view of ${length} elements at ${at} in ${buffer.byteLength} bytes`);
  }
  const view = makeView(type, buffer as ArrayBuffer, at, length);
  r.add(view);
  return view;
}

function makeView(type: number, buffer: ArrayBuffer, at: number, length: number): ArrayBufferView {
  if (type === VIEW_NODE_BUFFER) return Buffer.from(buffer, at, length);
  if (type === VIEW_DATA_VIEW) return new DataView(buffer, at, length);
  return new VIEW_CLASSES[type]!(buffer, at, length);
}
