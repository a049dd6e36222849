import { types } from 'node:util';
import { align8 } from '../base/bits.js';
import { FULL, TAG_POOLED_BYTES } from './tags.js';
import type { ValueReader } from './value-reader.js';
import type { ValueWriter } from './value-writer.js';

/** Bytes by which a pool is longer than `Buffer.poolSize`: 0, and 64 in Node 26, which aligns what it gives out. */
const ALIGNMENT_BYTES = (Buffer.allocUnsafe(1).buffer.byteLength - Buffer.poolSize) & 0xff;

/**
 * True for a Buffer that lies in a pool of Node's, which is told by its length: it shares its
 * ArrayBuffer by accident with strangers, so nothing else in a message can share it on purpose.
 */
export function isPooled(buffer: Buffer): boolean {
  const { buffer: pool } = buffer;
  return pool.byteLength === Buffer.poolSize + ALIGNMENT_BYTES && !types.isSharedArrayBuffer(pool);
}

/**
 * Writes a pooled Buffer with its bytes in place, 8-aligned as they are in pools: V8 copies to and from shared
 * memory by words if both sides are aligned alike, and else by single bytes.
 * @returns the end, or FULL
 */
export function writePooled(w: ValueWriter, buffer: Buffer, o: number): number {
  const { length } = buffer;
  const head = w.head(TAG_POOLED_BYTES, length, o);
  const q = align8(head);
  if (head < 0 || q + length > w.limit) return FULL;
  w.bytes.set(buffer, q);
  return q + length;
}

/** Reads the bytes of a pooled Buffer into the pool of this thread. */
export function readPooled(r: ValueReader, length: number): Buffer {
  const o = align8(r.position);
  r.take(o + length);
  const buffer = Buffer.allocUnsafe(length);
  r.bytes.copy(buffer, 0, o, o + length);
  r.add(buffer);
  return buffer;
}
