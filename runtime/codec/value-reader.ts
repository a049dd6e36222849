import type { Region } from '../memory/region.js';
import * as received from './buffer-reader.js';
import { readArray, readMap, readSet, readSparseArray } from './collections.js';
import { damaged } from './damaged.js';
import type { DictionaryReader } from './dictionary.js';
import { readError } from './errors.js';
import type { Extensions } from './extensions.js';
import { isUnfinished, readExtended } from './foreign.js';
import type { CodecLimits } from './limits.js';
import { readObject } from './plain-object.js';
import { readPooled } from './pooled-buffer.js';
import { readBigint, readBigint64, readBoxed, readRegexp } from './scalars.js';
import { planOf, ShapeDecoder } from './shape-family.js';
import { readLatin1, readWide } from './strings.js';
import * as tags from './tags.js';

const number = new Float64Array(1);
const words = new Int32Array(number.buffer);

const { TAG_SHAPE } = tags;
/** Keeps no more than this many slots for the objects of the next message. */
const KEEP_COUNT = 1024;

/**
 * The state of the message being decoded, and the reading of any one value. Every step checks its bounds before
 * it reads and its counts before it allocates; what fails throws ERR_DAMAGED.
 */
export class ValueReader {
  i32: Int32Array = new Int32Array(0);
  f64: Float64Array = new Float64Array(0);
  bytes: Buffer = Buffer.alloc(0);
  /** The next byte to read. */
  position = 0;
  /** No byte at or after it is read as part of a value. */
  end = 0;
  start = 0;
  /** Where the bytes of the buffer table end; 0 without one. */
  tableEnd = 0;
  depth = 0;
  buffers: received.ReceivedBuffer[] | null = null;
  attachments: readonly unknown[] = [];
  readonly extensions: Extensions;
  readonly #dictionary: DictionaryReader;
  /** Those met so far, by id. */
  readonly shapes: ShapeDecoder[] = [];
  readonly #maxDepth: number;
  readonly #codeGeneration: boolean;
  #region: Region | null = null;
  /** The objects of the message in the order they were met. Slots beyond the count are null. */
  #objects: unknown[] = [];
  #objectCount = 0;

  constructor(
    dictionary: DictionaryReader,
    extensions: Extensions,
    limits: CodecLimits,
    codeGeneration: boolean,
  ) {
    this.#dictionary = dictionary;
    this.extensions = extensions;
    this.#maxDepth = limits.maxDepth;
    this.#codeGeneration = codeGeneration;
  }

  /** Turns to a new message. */
  begin(region: Region, offset: number, end: number, attachments: readonly unknown[]): void {
    if (this.#region !== region) {
      this.#region = region;
      this.i32 = region.i32;
      this.f64 = region.f64;
      this.bytes = region.bytes;
    }
    this.start = offset;
    this.position = offset;
    this.end = end;
    this.tableEnd = 0;
    this.depth = 0;
    this.attachments = attachments;
  }

  /** Lets go of the objects of the message. */
  finish(attachments: readonly unknown[]): void {
    if (this.#objectCount > KEEP_COUNT) this.#objects = [];
    else for (let i = 0; i < this.#objectCount; i++) this.#objects[i] = null;
    this.#objectCount = 0;
    this.buffers = null;
    this.attachments = attachments;
  }

  /** Gives an object the next number, before its parts are read. @returns the number */
  add(object: unknown): number {
    const at = this.#objectCount++;
    if (at < this.#objects.length) this.#objects[at] = object;
    else this.#objects.push(object);
    return at;
  }

  /** Puts a finished object in the place of a provisional one. */
  replace(index: number, object: unknown): void {
    this.#objects[index] = object;
  }

  /** @throws {TroupeError} ERR_DAMAGED */
  refuse(what: string): never {
    throw damaged(`${what}, before byte ${this.position - this.start}`);
  }

  /** Moves to `position`, if the message goes that far. */
  take(position: number): void {
    if (position > this.end) this.refuse('it ends too early');
    this.position = position;
  }

  /** Refuses a count of parts, of `leastBytes` each, that cannot be in what is left. */
  expect(count: number, leastBytes: number): void {
    if (count < 0 || count * leastBytes > this.end - this.position) this.refuse(`${count} parts`);
  }

  /** Goes to the next 4-aligned byte: after a string, before a plain word. */
  align(): void {
    this.position = tags.align4(this.position);
  }

  /** Reads one plain word. */
  word(): number {
    const o = this.position;
    this.take(o + 4);
    return this.i32[o >> 2]!;
  }

  double(): number {
    words[0] = this.word();
    words[1] = this.word();
    return number[0]!;
  }

  /** Reads a value that must be a string. */
  text(): string {
    const value = this.value();
    return typeof value === 'string' ? value : this.refuse('a string is missing');
  }

  textOrNothing(): string | undefined {
    const value = this.value();
    if (value === undefined || typeof value === 'string') return value;
    return this.refuse('a string is missing');
  }

  /** The string a tag word speaks of; its characters, if any, are at the position. */
  string(word: number): string {
    const argument = word >>> 8;
    if ((word & 0xff) !== tags.TAG_STRING_REF) return this.#characters(word & 0xff, argument);
    const { strings } = this.#dictionary;
    if (argument >= strings.length) {
      this.#dictionary.refresh();
      if (argument >= strings.length) this.refuse(`string ${argument} is not in the dictionary`);
    }
    return strings[argument]!;
  }

  #characters(tag: number, argument: number): string {
    let length = argument;
    if (length === tags.ARGUMENT_ESCAPE) {
      const at = this.position;
      this.take(at + 4);
      length = this.bytes.readUInt32LE(at);
    }
    const o = this.position;
    if (tag === tags.TAG_STRING_8) {
      this.take(o + length);
      return readLatin1(this.bytes, o, length);
    }
    if (tag !== tags.TAG_STRING_16) this.refuse(`tag ${tag} in place of a string`);
    this.take(o + length * 2);
    return readWide(this.bytes, o, length);
  }

  /** Reads the message itself: mostly an object of a known shape. */
  root(): unknown {
    const o = this.position;
    const word = this.i32[o >> 2]!;
    if (o + 4 > this.end || (word & 0xff) !== TAG_SHAPE) return this.value();
    this.depth = 1;
    return this.#shape(word >>> 8).decode(this, o);
  }

  /** Reads the value at the next multiple of 4. */
  value(): unknown {
    const o = tags.align4(this.position);
    this.take(o + 4);
    const word = this.i32[o >> 2]!;
    switch (word & 0xff) {
      case tags.TAG_UNDEFINED:
        return undefined;
      case tags.TAG_NULL:
        return null;
      case tags.TAG_TRUE:
        return true;
      case tags.TAG_FALSE:
        return false;
      case tags.TAG_INT24:
        return word >> 8;
      case tags.TAG_INT32:
        return this.word();
      case tags.TAG_FLOAT64:
        return this.double();
      case tags.TAG_STRING_REF:
      case tags.TAG_STRING_8:
      case tags.TAG_STRING_16:
        return this.string(word);
      case tags.TAG_BIGINT64:
        return readBigint64(this);
      case tags.TAG_BUFFERS:
        received.openBufferTable(this);
        return this.value();
      default:
        return this.#object(word, o);
    }
  }

  #object(word: number, o: number): unknown {
    if (++this.depth > this.#maxDepth) this.refuse(`nested deeper than ${this.#maxDepth} levels`);
    const result =
      (word & 0xff) === TAG_SHAPE
        ? this.#shape(word >>> 8).decode(this, o)
        : this.#compound(word & 0xff, word >>> 8);
    this.depth--;
    return result;
  }

  #shape(id: number): ShapeDecoder {
    if (id < this.shapes.length) return this.shapes[id]!;
    const { shapes, strings } = this.#dictionary;
    if (id >= shapes.length) this.#dictionary.refresh();
    if (id >= shapes.length) this.refuse(`shape ${id} is not in the dictionary`);
    for (let next = this.shapes.length; next <= id; next++) {
      this.shapes.push(
        new ShapeDecoder(planOf(shapes[next]!, next), strings, this.#codeGeneration),
      );
    }
    return this.shapes[id]!;
  }

  #compound(tag: number, argument: number): unknown {
    const n = argument === tags.ARGUMENT_ESCAPE ? this.word() >>> 0 : argument;
    switch (tag) {
      case tags.TAG_OBJECT:
        return readObject(this, n);
      case tags.TAG_ARRAY:
        return readArray(this, n);
      case tags.TAG_SPARSE_ARRAY:
        return readSparseArray(this);
      case tags.TAG_MAP:
        return readMap(this, n);
      case tags.TAG_SET:
        return readSet(this, n);
      case tags.TAG_BACK_REFERENCE:
        return this.#backReference(n);
      case tags.TAG_DATE:
        return this.#remember(new Date(this.double()));
      case tags.TAG_REGEXP:
        return readRegexp(this);
      case tags.TAG_BOXED:
        return readBoxed(this);
      case tags.TAG_BUFFER:
        return received.readArrayBuffer(this, n);
      case tags.TAG_VIEW:
        return received.readView(this, n);
      case tags.TAG_POOLED_BYTES:
        return readPooled(this, n);
      case tags.TAG_ERROR:
        return readError(this, n);
      case tags.TAG_EXTENSION:
        return readExtended(this);
      case tags.TAG_ATTACHMENT:
        if (n >= this.attachments.length) this.refuse(`attachment ${n} is missing`);
        return this.#remember(this.attachments[n]);
      case tags.TAG_BIGINT:
        return readBigint(this, n);
      default:
        return this.refuse(`tag ${tag}`);
    }
  }

  #remember<T>(object: T): T {
    this.add(object);
    return object;
  }

  #backReference(index: number): unknown {
    const object = this.#objects[index];
    if (index >= this.#objectCount || isUnfinished(object)) {
      this.refuse(`back reference to object ${index}`);
    }
    return object;
  }
}
