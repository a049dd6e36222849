import type { Region } from '../memory/region.js';
import { BufferWriter, writeArrayBuffer, writeView } from './buffers.js';
import {
  CLASS_ARRAY,
  CLASS_BOXED,
  CLASS_BUFFER,
  CLASS_DATE,
  CLASS_ERROR,
  CLASS_MAP,
  CLASS_PLAIN,
  CLASS_REGEXP,
  CLASS_SET,
  CLASS_VIEW,
  classOf,
} from './classify.js';
import { writeArray, writeMap, writeSet } from './collections.js';
import { writeError } from './errors.js';
import type { Extensions } from './extensions.js';
import { writeExtended, writeHostObject } from './foreign.js';
import type { Interner } from './interner.js';
import type { CodecLimits } from './limits.js';
import { notSendable, type PathStep, pathText, unsent } from './not-sendable.js';
import { ObjectTable } from './object-table.js';
import { writePlain } from './plain-object.js';
import { writeBigint, writeBoxed, writeDate, writeRegexp } from './scalars.js';
import type { ShapeTable } from './shape-table.js';
import { Site } from './site.js';
import { writeString } from './strings.js';
import {
  align4,
  FULL,
  MISS,
  TAG_BACK_REFERENCE,
  TAG_FALSE,
  TAG_NULL,
  TAG_TRUE,
  TAG_UNDEFINED,
} from './tags.js';
import { WordWriter } from './word-writer.js';

/** Everything a writer can go back to when the writing of a part is given up. */
export interface Mark {
  readonly depth: number;
  readonly objectCount: number;
  readonly bufferCount: number;
  readonly attachmentCount: number;
  readonly openCount: number;
}

/**
 * The state of the message being encoded, and the writing of any one value. All steps take and return byte
 * offsets, or FULL.
 */
export class ValueWriter extends WordWriter {
  /** Where the message starts. */
  start = 0;
  /** Nested objects that are open. */
  depth = 0;
  readonly shapes: ShapeTable;
  readonly extensions: Extensions;
  readonly objects = new ObjectTable();
  readonly buffers = new BufferWriter();
  /** What travels beside the bytes, or null. */
  attachments: unknown[] | null = null;
  /** How many of them are items of the transfer list; those come first. */
  transferCount = 0;
  /** The place of keys and names that travel as strings. */
  readonly keySite = new Site();
  /** Instances whose plain form is being written. */
  readonly open: object[] = [];
  readonly #interner: Interner;
  readonly #maxDepth: number;
  readonly #path: PathStep[] = [];

  constructor(shapes: ShapeTable, interner: Interner, extensions: Extensions, limits: CodecLimits) {
    super();
    this.shapes = shapes;
    this.extensions = extensions;
    this.#interner = interner;
    this.#maxDepth = limits.maxDepth;
  }

  /** Turns to a new message. */
  begin(region: Region, offset: number, limit: number): void {
    this.turnTo(region, offset, limit);
    this.start = offset;
    this.depth = 0;
    this.attachments = null;
    this.transferCount = 0;
  }

  /** Lets go of the objects of the message. */
  end(): void {
    this.objects.clear();
    this.buffers.clear();
    if (this.open.length > 0) this.open.length = 0;
  }

  /** Writes any value at the next multiple of 4. `step` leads to it from the open object. */
  value(value: unknown, offset: number, site: Site, step: PathStep): number {
    const o = align4(offset);
    switch (typeof value) {
      case 'string':
        return o + 4 > this.limit ? FULL : this.string(value, site, o >> 2, o + 4);
      case 'number':
        return this.number(value, o);
      case 'object':
        if (value === null) return this.tag(TAG_NULL, o);
        return this.object(value, o, site, step);
      case 'boolean':
        return this.tag(value ? TAG_TRUE : TAG_FALSE, o);
      case 'undefined':
        return this.tag(TAG_UNDEFINED, o);
      case 'bigint':
        return writeBigint(this, value, o, site);
      default:
        throw notSendable(value, this.pathTo(step));
    }
  }

  /** Writes the tag word of a string into `i32[wordIndex]`, and its characters, if it has any to write, at `q`. */
  string(text: string, site: Site, wordIndex: number, q: number): number {
    if (text === site.lastText) {
      this.i32[wordIndex] = site.lastWord;
      return q;
    }
    const word = this.#interner.word(text, site);
    if (word === 0) return writeString(this, text, wordIndex, q);
    this.i32[wordIndex] = word;
    return q;
  }

  /** Writes an object: once in full, from then on as a back reference. */
  object(value: object, o: number, site: Site, step: PathStep): number {
    const known = this.objects.find(value);
    if (known >= 0) {
      if (this.open.includes(value)) {
        const mend = 'let encode() return a form without it';
        throw unsent('the plain form of an instance holds it', this.pathTo(step), mend);
      }
      return this.head(TAG_BACK_REFERENCE, known, o);
    }
    this.#path[this.depth] = step;
    if (this.depth >= this.#maxDepth) {
      const mend = 'send it flat, for example as an array with indices, or raise maxDepth';
      throw unsent(`nested deeper than ${this.#maxDepth} levels`, this.path(), mend);
    }
    this.depth++;
    this.objects.add(value);
    const family = site.family;
    let end = family === null ? MISS : family.encode(value, this, o);
    if (end === MISS) end = this.#byClass(value, o, site);
    this.depth--;
    return end;
  }

  #byClass(value: object, o: number, site: Site): number {
    const prototype: object | null = Object.getPrototypeOf(value);
    const kind = classOf(value, prototype);
    switch (kind) {
      case CLASS_PLAIN:
        return writePlain(this, value as Record<string, unknown>, o, site);
      case CLASS_ARRAY:
        return writeArray(this, value as unknown[], o, site);
      case CLASS_MAP:
        return writeMap(this, value as Map<unknown, unknown>, o, site);
      case CLASS_SET:
        return writeSet(this, value as Set<unknown>, o, site);
      case CLASS_DATE:
        return writeDate(this, value as Date, o);
      case CLASS_REGEXP:
        return writeRegexp(this, value as RegExp, o, site);
      case CLASS_BOXED:
        return writeBoxed(this, value, o, site);
      case CLASS_BUFFER:
        return writeArrayBuffer(this, value as ArrayBuffer, o);
      case CLASS_VIEW:
        return writeView(this, value as ArrayBufferView, o);
      default:
        break;
    }
    const extension = this.extensions.forPrototype(prototype!);
    if (extension !== undefined) return writeExtended(this, extension, value, o, site);
    if (kind === CLASS_ERROR) return writeError(this, value as Error, o, site);
    return writeHostObject(this, value, prototype!, o);
  }

  /** Announces the items of the transfer list, after `begin`. */
  transfer(items: readonly unknown[]): void {
    this.attachments = [...items];
    this.transferCount = items.length;
  }

  /** True for an item of the transfer list. */
  isTransferred(value: unknown): boolean {
    if (this.transferCount === 0) return false;
    const at = this.attachments!.indexOf(value);
    return at >= 0 && at < this.transferCount;
  }

  /** Puts an object beside the bytes. @returns its index among the attachments */
  attach(value: unknown): number {
    this.attachments ??= [];
    const known = this.attachments.indexOf(value);
    return known >= 0 ? known : this.attachments.push(value) - 1;
  }

  mark(): Mark {
    return {
      depth: this.depth,
      objectCount: this.objects.count,
      bufferCount: this.buffers.count,
      attachmentCount: this.attachments?.length ?? 0,
      openCount: this.open.length,
    };
  }

  /** Forgets what was written since `mark`. */
  backTo(mark: Mark): void {
    this.depth = mark.depth;
    this.objects.truncate(mark.objectCount);
    this.buffers.truncate(mark.bufferCount);
    if (this.attachments !== null) this.attachments.length = mark.attachmentCount;
    this.open.length = mark.openCount;
  }

  /** Where the open object is. */
  path(): string {
    return pathText(this.#path.slice(0, this.depth));
  }

  /** Where `step` leads from the open object. */
  pathTo(step: PathStep): string {
    return pathText([...this.#path.slice(0, this.depth), step]);
  }
}
