import { hasCode } from '../base/errors.js';
import type { Region } from '../memory/region.js';
import { damaged } from './damaged.js';
import type { DictionaryReader } from './dictionary.js';
import type { Extensions } from './extensions.js';
import { type CodecLimits, codecLimits, MAX_FILLING_BYTES } from './limits.js';
import { TAG_SHAPE } from './tags.js';
import { ValueReader } from './value-reader.js';

/** What a {@link Decoder} is made of. */
export interface DecoderOptions {
  readonly dictionary: DictionaryReader;
  /** Needs the codecs that the sender has, under the same names. */
  readonly extensions: Extensions;
  readonly limits?: Partial<CodecLimits>;
  /** False: no function is made from text. Default true, where the process allows it. */
  readonly codeGeneration?: boolean;
}

// V8 folds a constant of this module, but looks up an imported one at each use.
const SHAPE = TAG_SHAPE;

const NO_ATTACHMENTS: readonly unknown[] = Object.freeze([]);

/**
 * Turns bytes of one sending thread back into messages. Whatever the bytes are, it gives a value or throws: it
 * reads nothing outside the record, changes no prototype, and allocates in proportion to the record.
 */
export class Decoder {
  readonly #reader: ValueReader;
  #busy = false;

  constructor(options: DecoderOptions) {
    this.#reader = new ValueReader(
      options.dictionary,
      options.extensions,
      codecLimits(options.limits),
      options.codeGeneration ?? true,
    );
  }

  /**
   * As {@link decode} for a stretch that is within `region`, if that is a message without objects of a shape that
   * is well known. @returns null when it is not, or may be damaged: `decode` knows
   */
  decodeFlat(region: Region, offset: number, end: number): object | null {
    const { i32 } = region;
    const { shapes } = this.#reader;
    const word = i32[offset >> 2]!;
    const id = word >>> 8;
    if ((word & 0xff) !== SHAPE || id >= shapes.length) return null;
    return shapes[id]!.flat(i32, region.f64, offset, end);
  }

  /**
   * Reads the message in `region` from `offset` (a multiple of 8) to `end`: what `encode` returned, or up to 7 more.
   * `attachments` are those of the encoder, as they arrived.
   * @throws {TroupeError} ERR_DAMAGED when that is no message
   */
  decode(
    region: Region,
    offset: number,
    end: number,
    attachments: readonly unknown[] = NO_ATTACHMENTS,
  ): unknown {
    if (this.#busy) throw damaged('decode() of a codec decoded another message');
    if (!(offset >= 0 && (offset & 7) === 0 && end >= offset && end <= region.byteLength)) {
      throw damaged(`a record from ${offset} to ${end} of ${region.byteLength}`);
    }
    const reader = this.#reader;
    this.#busy = true;
    try {
      reader.begin(region, offset, end, attachments);
      const value = reader.root();
      const last = reader.tableEnd === 0 ? reader.position : reader.tableEnd;
      if (end - last > MAX_FILLING_BYTES) reader.refuse(`${end - last} bytes too many`);
      return value;
    } catch (thrown) {
      if (hasCode(thrown, 'ERR_DAMAGED')) throw thrown;
      throw damaged(String(thrown), thrown);
    } finally {
      reader.finish(NO_ATTACHMENTS);
      this.#busy = false;
    }
  }
}
