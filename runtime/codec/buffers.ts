import { types } from 'node:util';
import { align8 } from '../base/bits.js';
import { BufferCopy } from './buffer-copy.js';
import { unsent } from './not-sendable.js';
import { isPooled, writePooled } from './pooled-buffer.js';
import {
  align4,
  FULL,
  TAG_ATTACHMENT,
  TAG_BUFFER,
  TAG_BUFFERS,
  TAG_VIEW,
  tagWord,
} from './tags.js';
import type { ValueWriter } from './value-writer.js';

/**
 * The table of binary buffers, behind the message that uses them.
 *
 * ```
 *  +---------------------------------------------------------------+
 *  |                        count of entries                       |
 *  +---------------------------------------------------------------+  of each entry:
 *  |                   0 = bytes, 1 = attachment                   |
 *  +---------------------------------------------------------------+
 *  |           offset in the sender's buffer of the first byte     |
 *  +---------------------------------------------------------------+
 *  |            length in bytes, or index of the attachment        |
 *  +---------------------------------------------------------------+
 *  |              the bytes of each entry in turn, 8-aligned      ...
 * ```
 *
 * Of a buffer, the stretch from the first to the last byte that some view in the message shows is
 * sent, once; views that shared it share it again. A single view arrives at offset 0 of a buffer of its own.
 * With several views the stretch starts at a multiple of 8 (up to 7 bytes early), so that all stay aligned.
 * Buffers of Node's pool stand in the message itself: see pooled-buffer.ts.
 */
export const ENTRY_BYTES = 12;
export const SOURCE_BYTES = 0;
export const SOURCE_ATTACHMENT = 1;

/** What a view can be of. */
export type AnyBuffer = ArrayBuffer | SharedArrayBuffer;

interface Entry {
  readonly buffer: AnyBuffer;
  readonly attachment: number;
  from: number;
  to: number;
  viewCount: number;
}

/** Classes of views by their number in a record. */
export const VIEW_CLASSES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;
/** Number of a DataView. */
export const VIEW_DATA_VIEW = VIEW_CLASSES.length;
/** Number of a Buffer. */
export const VIEW_NODE_BUFFER = VIEW_DATA_VIEW + 1;
const VIEW_TYPES = new Map<string, number>(VIEW_CLASSES.map((each, i) => [each.name, i]));
VIEW_TYPES.set('DataView', VIEW_DATA_VIEW);

/** Collects the buffers of the message being encoded. */
export class BufferWriter {
  /** A buffer of which more than this is shown becomes an attachment, copied when it is posted. */
  maxInlineBytes = Number.POSITIVE_INFINITY;
  #entries: Entry[] = [];
  #shared: Map<AnyBuffer, number> | null = null;
  #resizable: unknown[] | null = null;
  #markerOffset = -1;

  get count(): number {
    return this.#entries.length;
  }

  /** Writes the marker that says where the table is, before the first use of it. */
  open(w: ValueWriter, o: number): number {
    if (this.#entries.length > 0) return o;
    if (o + 8 > w.limit) return FULL;
    w.i32[o >> 2] = tagWord(TAG_BUFFERS, 0);
    this.#markerOffset = o;
    return o + 8;
  }

  /** The index of the entry for bytes `from` to `to` of `buffer`. */
  entry(w: ValueWriter, buffer: AnyBuffer, from: number, to: number): number {
    const known = this.#shared?.get(buffer);
    if (known !== undefined) {
      const entry = this.#entries[known]!;
      entry.from = Math.min(entry.from, from);
      entry.to = Math.max(entry.to, to);
      entry.viewCount++;
      return known;
    }
    const travels = types.isSharedArrayBuffer(buffer) || w.isTransferred(buffer);
    const attachment = travels ? w.attach(buffer) : -1;
    const index = this.#entries.push({ buffer, attachment, from, to, viewCount: 1 }) - 1;
    this.#shared ??= new Map();
    this.#shared.set(buffer, index);
    return index;
  }

  /** Attaches a resizable buffer, or a view of one; only structured clone knows whether a view tracks its length. */
  resizable(w: ValueWriter, value: unknown, buffer: AnyBuffer): number {
    const own = !types.isSharedArrayBuffer(buffer) && !w.isTransferred(buffer);
    if (own) {
      this.#resizable ??= [];
      if (!this.#resizable.includes(value)) this.#resizable.push(value);
    }
    return w.attach(value);
  }

  /** Writes the table behind the message. */
  finish(w: ValueWriter, end: number): number {
    if (this.#resizable !== null && w.attachments !== null) {
      // The message holds what is true now, and attachments may wait: one clone keeps views together.
      const before = this.#resizable;
      const after: unknown[] = structuredClone(before);
      w.attachments = w.attachments.map((each) => {
        const at = before.indexOf(each);
        return at < 0 ? each : after[at];
      });
    }
    if (this.#entries.length === 0) return end;
    const table = align4(end);
    let q = table + 4 + this.#entries.length * ENTRY_BYTES;
    if (q > w.limit) return FULL;
    w.i32[(this.#markerOffset >> 2) + 1] = table - w.start;
    let word = table >> 2;
    w.i32[word++] = this.#entries.length;
    for (const entry of this.#entries) {
      const whole = entry.attachment >= 0;
      const from = whole ? 0 : entry.from - (entry.viewCount > 1 ? entry.from % 8 : 0);
      const length = entry.to - from;
      const attachment = whole ? entry.attachment : this.#apart(w, entry.buffer, from, entry.to);
      w.i32[word++] = attachment >= 0 ? SOURCE_ATTACHMENT : SOURCE_BYTES;
      w.i32[word++] = from;
      w.i32[word++] = attachment >= 0 ? attachment : length;
      if (attachment >= 0) continue;
      q = align8(q);
      if (q + length > w.limit) return FULL;
      w.bytes.set(new Uint8Array(entry.buffer, from, length), q);
      q += length;
    }
    return q;
  }

  /** The attachment in place of a stretch that is too large; -1 when it is not. */
  #apart(w: ValueWriter, buffer: AnyBuffer, from: number, to: number): number {
    if (to - from <= this.maxInlineBytes) return -1;
    return w.attach(new BufferCopy(buffer as ArrayBuffer, from, to));
  }

  truncate(count: number): void {
    for (const { buffer } of this.#entries.splice(count)) {
      if ((this.#shared?.get(buffer) ?? -1) >= count) this.#shared?.delete(buffer);
    }
  }

  clear(): void {
    if (this.#entries.length > 0) this.#entries = [];
    this.#shared = null;
    this.#resizable = null;
  }
}

/** Writes an ArrayBuffer or SharedArrayBuffer. */
export function writeArrayBuffer(w: ValueWriter, buffer: AnyBuffer, o: number): number {
  if (isResizable(buffer)) {
    return w.head(TAG_ATTACHMENT, w.buffers.resizable(w, buffer, buffer), o);
  }
  refuseDetached(w, buffer);
  const at = w.buffers.open(w, o);
  if (at < 0) return FULL;
  return w.head(TAG_BUFFER, w.buffers.entry(w, buffer, 0, buffer.byteLength), at);
}

/** Writes a typed array, DataView or Buffer. A Buffer arrives as Buffer. */
export function writeView(w: ValueWriter, view: ArrayBufferView, o: number): number {
  const { buffer, byteOffset, byteLength } = view;
  if (isResizable(buffer)) {
    return w.head(TAG_ATTACHMENT, w.buffers.resizable(w, view, buffer), o);
  }
  const node = Buffer.isBuffer(view);
  if (node && isPooled(view) && !w.isTransferred(buffer)) return writePooled(w, view, o);
  refuseDetached(w, buffer);
  const name = (view as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag];
  const type = node ? VIEW_NODE_BUFFER : VIEW_TYPES.get(name);
  if (type === undefined) throw unsent(`a view of type ${name}`, w.path(), 'send a Uint8Array');
  const at = w.buffers.open(w, o);
  if (at < 0 || at + 16 > w.limit) return FULL;
  const index = w.buffers.entry(w, buffer, byteOffset, byteOffset + byteLength);
  w.i32[at >> 2] = tagWord(TAG_VIEW, type);
  w.i32[(at >> 2) + 1] = index;
  w.i32[(at >> 2) + 2] = byteOffset;
  w.i32[(at >> 2) + 3] = byteLength / elementBytes(type);
  return at + 16;
}

/** Bytes of an element of a view of that type. */
export function elementBytes(type: number): number {
  return type < VIEW_DATA_VIEW ? VIEW_CLASSES[type]!.BYTES_PER_ELEMENT : 1;
}

function isResizable(buffer: AnyBuffer): boolean {
  const { resizable, growable } = buffer as { resizable?: boolean; growable?: boolean };
  return resizable === true || growable === true;
}

function refuseDetached(w: ValueWriter, buffer: AnyBuffer): void {
  if (buffer.byteLength > 0) return;
  try {
    new Uint8Array(buffer);
  } catch (thrown) {
    const mend = 'it was transferred before: send it once, or a copy';
    throw unsent('a detached ArrayBuffer cannot be sent', w.path(), mend, thrown);
  }
}
