import { Decoder } from '../codec/decoder.js';
import { DictionaryReader, DictionaryWriter } from '../codec/dictionary.js';
import { Encoder } from '../codec/encoder.js';
import type { Extensions } from '../codec/extensions.js';
import { Region } from '../memory/region.js';
import type { Scratch } from './scratch.js';

const DICTIONARY_BYTES = 64 * 1024;

/**
 * Sends values through the codec and back within one thread, and freezes what comes out: so a message
 * that cannot travel, or a receiver that changes what it was sent, is found on the first run.
 */
export class StrictCodec {
  readonly #scratch: Scratch;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;

  constructor(scratch: Scratch, extensions: Extensions) {
    const region = Region.allocate(DICTIONARY_BYTES);
    this.#scratch = scratch;
    this.#encoder = new Encoder({ dictionary: new DictionaryWriter(region), extensions });
    this.#decoder = new Decoder({ dictionary: new DictionaryReader(region), extensions });
  }

  /** @throws {TroupeError} ERR_NOT_SENDABLE, ERR_TOO_LARGE */
  copy<T>(value: T): T {
    const end = this.#scratch.encode(this.#encoder, value, 0, undefined);
    const { attachments } = this.#encoder;
    return deepFreeze(this.#decoder.decode(this.#scratch.region, 0, end, attachments)) as T;
  }
}

/** Freezes plain objects and arrays all the way down; other objects are left alone. */
function deepFreeze(root: unknown): unknown {
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) continue;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && !Array.isArray(value)) continue;
    Object.freeze(value);
    pending.push(...Object.values(value));
  }
  return root;
}
