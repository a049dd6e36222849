import type { Transferable } from 'node:worker_threads';
import type { Cargo } from './program.js';

/** Characters of a text that exceeds a small ring, and bytes of a buffer that goes beside any. */
const LARGE_TEXT = 6000;
const LARGE_BYTES = 40_000;
const SMALL = 40;

/** What a message carries, and what must change hands with it. */
export interface Load {
  readonly content: unknown;
  readonly transfer: readonly Transferable[] | undefined;
}

function bytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(length);
  for (let i = 0; i < length; i += 97) content[i] = (seed + i) & 0xff;
  return content;
}

/** Fills a message. The content depends on its number, so that a mix-up shows. */
export function loadCargo(cargo: Cargo, id: number): Load {
  switch (cargo) {
    case 'none':
      return { content: null, transfer: undefined };
    case 'text':
      return { content: `message ${id} `.repeat(2), transfer: undefined };
    case 'large-text':
      return { content: String(id % 10).repeat(LARGE_TEXT), transfer: undefined };
    case 'bytes':
      return { content: bytes(SMALL, id), transfer: undefined };
    case 'large-bytes':
      return { content: bytes(LARGE_BYTES, id), transfer: undefined };
    case 'transfer': {
      const content = bytes(SMALL, id);
      return { content, transfer: [content.buffer] };
    }
  }
}

/** True when the content is that of this message. */
export function isCargoOf(cargo: Cargo, id: number, content: unknown): boolean {
  const { content: expected } = loadCargo(cargo, id);
  if (!(expected instanceof Uint8Array)) return content === expected;
  if (!(content instanceof Uint8Array) || content.length !== expected.length) return false;
  for (let i = 0; i < expected.length; i += 97) if (content[i] !== expected[i]) return false;
  return true;
}

/** What goes along with the arguments of an actor: only shared memory leaves the lane of signals. */
export function packLuggage(node: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4)).fill(node);
}

/** True when it is the luggage of that actor, or it has none. */
export function isLuggageOf(node: number, luggage: unknown): boolean {
  if (luggage === null) return true;
  const isShared = luggage instanceof Int32Array && luggage.buffer instanceof SharedArrayBuffer;
  return isShared && luggage[0] === node;
}
