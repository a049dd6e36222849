import { assert } from '../base/assert.js';
import type { Region } from '../memory/region.js';
import { damaged } from './damaged.js';
import {
  DICTIONARY_MAGIC,
  ENTRIES_OFFSET,
  ENTRY_HEAD_BYTES,
  ENTRY_SHAPE,
  ENTRY_STRING,
  entryHeadIndex,
  entryLengthIndex,
  FIELD_HEAD_BYTES,
  headKind,
  headLength,
  headUnitBytes,
  headWord,
  LENGTH_INDEX,
  MAGIC_INDEX,
  MAX_SHAPE_COUNT,
  MAX_STRING_COUNT,
  MIN_DICTIONARY_BYTES,
} from './dictionary-descriptor.js';
import { type FieldKind, KIND_ANY, KIND_I32, type Shape } from './shape.js';
import { isLatin1, readLatin1, readWide, writeCharacters } from './strings.js';
import { align4 } from './tags.js';

/** The longest key or string that an entry holds, in UTF-16 units. */
const MAX_UNITS = 1024;
const MAX_FIELDS = 255;

/**
 * What was learned for one ordered pair of threads, as its readers see it: shapes and strings by id.
 * The area can be read again from its start at any time, so a new thread can take the place of a dead one.
 */
export class DictionaryReader {
  readonly shapes: Shape[] = [];
  readonly strings: string[] = [];
  readonly #region: Region;
  #position = ENTRIES_OFFSET;

  constructor(region: Region) {
    assert(
      region.byteLength >= MIN_DICTIONARY_BYTES,
      () => `a dictionary needs ${MIN_DICTIONARY_BYTES} bytes, got ${region.byteLength}`,
    );
    this.#region = region;
  }

  /** Bytes read so far, from the start of the area. */
  get position(): number {
    return this.#position;
  }

  /**
   * Reads what was published since the last call.
   * @throws {TroupeError} ERR_DAMAGED when the area is not a dictionary
   */
  refresh(): void {
    const { i32, byteLength } = this.#region;
    const published = Atomics.load(i32, LENGTH_INDEX);
    if (published === 0) return;
    if (i32[MAGIC_INDEX] !== DICTIONARY_MAGIC) throw damaged('the dictionary has no magic word');
    if (published < this.#position || published > byteLength) {
      throw damaged(`the dictionary says it has ${published} bytes of ${byteLength}`);
    }
    while (this.#position < published) this.#position = this.#entry(this.#position, published);
  }

  #entry(offset: number, published: number): number {
    const { i32 } = this.#region;
    const length = offset + ENTRY_HEAD_BYTES <= published ? i32[entryLengthIndex(offset)]! : 0;
    const end = offset + length;
    if (length < ENTRY_HEAD_BYTES || length % 4 !== 0 || end > published) {
      throw damaged(`dictionary entry of ${length} bytes at ${offset}`);
    }
    const head = i32[entryHeadIndex(offset)]!;
    if (headKind(head) === ENTRY_STRING) {
      this.strings.push(this.#text(offset + ENTRY_HEAD_BYTES, head, end));
    } else if (headKind(head) === ENTRY_SHAPE) {
      this.shapes.push(this.#shape(offset + ENTRY_HEAD_BYTES, headLength(head), end));
    } else {
      throw damaged(`dictionary entry of kind ${headKind(head)} at ${offset}`);
    }
    return end;
  }

  #shape(offset: number, count: number, end: number): Shape {
    const keys: string[] = [];
    const kinds: FieldKind[] = [];
    let at = offset;
    for (let i = 0; i < count; i++) {
      if (at + FIELD_HEAD_BYTES > end) throw damaged(`dictionary shape at ${offset}`);
      const head = this.#region.i32[at >> 2]!;
      const kind = headKind(head);
      const key = this.#text(at + FIELD_HEAD_BYTES, head, end);
      if (kind < KIND_I32 || kind > KIND_ANY || key === '__proto__') {
        throw damaged(`dictionary shape at ${offset}, field ${i}`);
      }
      keys.push(key);
      kinds.push(kind as FieldKind);
      at += FIELD_HEAD_BYTES + align4(headLength(head) * headUnitBytes(head));
    }
    return { keys, kinds };
  }

  #text(offset: number, head: number, end: number): string {
    const unitBytes = headUnitBytes(head);
    const length = headLength(head);
    if ((unitBytes !== 1 && unitBytes !== 2) || offset + length * unitBytes > end) {
      throw damaged(`dictionary text at ${offset}`);
    }
    const { bytes } = this.#region;
    return unitBytes === 1 ? readLatin1(bytes, offset, length) : readWide(bytes, offset, length);
  }
}

/**
 * The writing end of a dictionary; there is one at a time. Takes over the entries of a former writer.
 * @throws {TroupeError} ERR_DAMAGED when the area holds something else
 */
export class DictionaryWriter {
  /** All shapes by id, those of former writers first. */
  readonly shapes: readonly Shape[];
  readonly #region: Region;
  readonly #known: Shape[];
  readonly #ids = new Map<string, number>();
  readonly #stringsEnd: number;
  #position: number;

  constructor(region: Region) {
    const former = new DictionaryReader(region);
    former.refresh();
    this.#region = region;
    this.#known = former.shapes;
    this.shapes = former.shapes;
    this.#position = former.position;
    // Strings may take half, so that a flood of them leaves room for shapes.
    this.#stringsEnd = region.byteLength >> 1;
    for (const text of former.strings) this.#ids.set(text, this.#ids.size);
    region.i32[MAGIC_INDEX] = DICTIONARY_MAGIC;
    Atomics.store(region.i32, LENGTH_INDEX, this.#position);
  }

  /** The id of a string that was appended, or -1. */
  stringId(text: string): number {
    return this.#ids.get(text) ?? -1;
  }

  /** Appends a string. @returns its id, or -1 when there is no room for it */
  appendString(text: string): number {
    const unitBytes = isLatin1(text) ? 1 : 2;
    const end = this.#position + ENTRY_HEAD_BYTES + align4(text.length * unitBytes);
    if (text.length > MAX_UNITS || this.#ids.size >= MAX_STRING_COUNT || end > this.#stringsEnd) {
      return -1;
    }
    const { i32 } = this.#region;
    i32[entryHeadIndex(this.#position)] = headWord(ENTRY_STRING, unitBytes, text.length);
    this.#text(text, this.#position + ENTRY_HEAD_BYTES, unitBytes);
    this.#publish(end);
    const id = this.#ids.size;
    this.#ids.set(text, id);
    return id;
  }

  /** Appends a shape. @returns its id, or -1 when there is no room for it */
  appendShape(shape: Shape): number {
    const { keys, kinds } = shape;
    const widths = keys.map((key) => (isLatin1(key) ? 1 : 2));
    let end = this.#position + ENTRY_HEAD_BYTES;
    for (let i = 0; i < keys.length; i++) {
      if (keys[i]!.length > MAX_UNITS || keys[i] === '__proto__') return -1;
      end += FIELD_HEAD_BYTES + align4(keys[i]!.length * widths[i]!);
    }
    if (keys.length > MAX_FIELDS || this.#known.length >= MAX_SHAPE_COUNT) return -1;
    if (end > this.#region.byteLength) return -1;
    const { i32 } = this.#region;
    i32[entryHeadIndex(this.#position)] = headWord(ENTRY_SHAPE, 0, keys.length);
    let at = this.#position + ENTRY_HEAD_BYTES;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      i32[at >> 2] = headWord(kinds[i]!, widths[i]!, key.length);
      at = this.#text(key, at + FIELD_HEAD_BYTES, widths[i]!);
    }
    this.#publish(end);
    return this.#known.push({ keys: [...keys], kinds: [...kinds] }) - 1;
  }

  #text(text: string, offset: number, unitBytes: number): number {
    const end = offset + align4(text.length * unitBytes);
    // An unpublished entry of a former writer may have left something here.
    this.#region.bytes.fill(0, offset, end);
    writeCharacters(this.#region.bytes, text, offset, unitBytes);
    return end;
  }

  #publish(end: number): void {
    const { i32 } = this.#region;
    i32[entryLengthIndex(this.#position)] = end - this.#position;
    Atomics.store(i32, LENGTH_INDEX, end);
    this.#position = end;
  }
}
