import type { Encoder } from '../codec/encoder.js';
import {
  generationIndex,
  HEADER_LENGTH,
  kindIndex,
  slotIndex,
} from '../memory/record-descriptor.js';
import { INSUFFICIENT_CAPACITY, type RingProducer } from '../memory/ring-producer.js';
import type { Address } from '../ref/address.js';
import { PLAIN_TELL } from '../ref/envelope-descriptor.js';

// Taken out of their modules once: V8 folds a constant of this module, but looks up an imported one at each use.
const FULL_RING = INSUFFICIENT_CAPACITY;
const TELL = PLAIN_TELL;
const HEADER = HEADER_LENGTH;
const KIND = kindIndex(0);
const SLOT = slotIndex(0);
const GENERATION = generationIndex(0);
const CREATOR_SHIFT = 16;

/** The smallest stretch worth encoding into: header and a small message. */
export const MIN_STRETCH_BYTES = 64;
const MIN_STRETCH = MIN_STRETCH_BYTES;

/** Writes told messages of well-known shapes, as most messages are, straight into a ring: see `tell-reader.ts`. */
export class TellWriter {
  readonly #ring: RingProducer;
  readonly #encoder: Encoder;
  /** Largest record. */
  readonly #maxBytes: number;

  constructor(ring: RingProducer, encoder: Encoder, maxBytes: number) {
    this.#ring = ring;
    this.#encoder = encoder;
    this.#maxBytes = maxBytes;
  }

  /**
   * Writes a record, not published.
   * @returns false when it has to go another way: nothing has happened then
   * @throws {TroupeError} ERR_NOT_SENDABLE
   */
  write(to: Address, message: object): boolean {
    const ring = this.#ring;
    const offset = ring.open(MIN_STRETCH);
    if (offset === FULL_RING) return false;
    const { region } = ring;
    const limit = Math.min(ring.limit, offset + this.#maxBytes);
    const end = this.#encoder.encodeFlat(message, region, offset + HEADER, limit);
    if (end < 0) return false;
    const { i32 } = region;
    const at = offset >> 2;
    i32[at + KIND] = TELL | (to.creator << CREATOR_SHIFT);
    i32[at + SLOT] = to.slot;
    i32[at + GENERATION] = to.generation;
    ring.commit(offset, end - offset);
    return true;
  }
}
