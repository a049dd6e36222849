import { align8 } from '../base/bits.js';
import { asError } from '../base/errors.js';
import { Decoder } from '../codec/decoder.js';
import { DictionaryReader, DictionaryWriter } from '../codec/dictionary.js';
import { Encoder } from '../codec/encoder.js';
import { Extensions } from '../codec/extensions.js';
import { Region } from '../memory/region.js';
import { Scratch } from '../worker/scratch.js';

const DICTIONARY_BYTES = 16 * 1024;
const MAX_FAILURE_BYTES = 16 * 1024 * 1024;

/** What a job threw, encoded: the pool's own copy of an error would lose its code and other properties. */
export class JobFailure {
  readonly bytes: Uint8Array;
  readonly dictionary: Uint8Array;
  readonly attachments: readonly unknown[];

  constructor(thrown: unknown) {
    const dictionary = Region.allocate(DICTIONARY_BYTES);
    const extensions = new Extensions();
    const encoder = new Encoder({ dictionary: new DictionaryWriter(dictionary), extensions });
    const scratch = new Scratch(MAX_FAILURE_BYTES);
    const end = encodeFailure(scratch, encoder, thrown);
    this.bytes = scratch.copy(end);
    this.dictionary = dictionary.bytes;
    this.attachments = [...encoder.attachments];
  }

  /** What was thrown, from a failure that came as plain data from a thread of the pool. */
  static thrown({ bytes, dictionary, attachments }: JobFailure): unknown {
    const words = Region.allocate(dictionary.length);
    words.bytes.set(dictionary);
    const region = Region.allocate(align8(bytes.length));
    region.bytes.set(bytes);
    const extensions = new Extensions();
    const decoder = new Decoder({ dictionary: new DictionaryReader(words), extensions });
    return decoder.decode(region, 0, bytes.length, attachments);
  }
}

/** @returns the end of the encoding; of a text in its place when it cannot be sent */
function encodeFailure(scratch: Scratch, encoder: Encoder, thrown: unknown): number {
  try {
    return scratch.encode(encoder, thrown, 0, undefined);
  } catch (cause) {
    const text = `${asError(thrown).message} (${asError(cause).message})`;
    return scratch.encode(encoder, new Error(text), 0, undefined);
  }
}
