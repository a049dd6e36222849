import { assert } from '../base/assert.js';
import { isCodeGenerationAllowed } from './code-generation.js';
import { KIND_ANY, layoutOf, type Shape, type ShapeLayout } from './shape.js';
import {
  generateFlatDecoder,
  generateShapeDecoder,
  generateShapeEncoder,
} from './shape-compiler.js';
import { interpretShapeDecode, interpretShapeEncode } from './shape-interpreter.js';
import { Site } from './site.js';
import { ARGUMENT_ESCAPE } from './tags.js';
import type { ValueReader } from './value-reader.js';
import type { ValueWriter } from './value-writer.js';

/** Writes `value` at a 4-aligned offset. Returns the end, FULL, or MISS before anything was written. */
export type ShapeEncode = (value: object, writer: ValueWriter, offset: number) => number;

/** Reads a record whose tag word is at `offset`, and leaves the reader's position at its end. */
export type ShapeDecode = (reader: ValueReader, offset: number) => object;

/**
 * Reads a whole message whose tag word is at `o`, 8-aligned, and whose record ends at `end`. Both are within the
 * memory. @returns null when it is not of the simplest form: a reader then reads it, or says what is wrong with it
 */
export type FlatDecode = (
  i32: Int32Array,
  f64: Float64Array,
  o: number,
  end: number,
) => object | null;

/** A plan that was interpreted this often is worth code of its own. */
const COMPILE_AFTER_USES = 4;

/** What an interpreter or a generator of code needs to know of a shape. */
export interface ShapePlan {
  readonly id: number;
  readonly shape: Shape;
  readonly layout: ShapeLayout;
}

/** A shape with its number. */
export function planOf(shape: Shape, id: number): ShapePlan {
  assert(id >= 0 && id < ARGUMENT_ESCAPE, () => `shape id ${id} does not fit its tag`);
  return { id, shape, layout: layoutOf(shape.kinds) };
}

const notFlat: FlatDecode = () => null;

function isFlat({ shape }: ShapePlan): boolean {
  return !shape.kinds.includes(KIND_ANY);
}

/**
 * All shapes of one list of keys, at the sender. Only the last and widest is in use: a value that does
 * not fit it widens the family by a new shape.
 */
export class ShapeFamily {
  encode: ShapeEncode;
  plan: ShapePlan;
  /** True when no field can hold an object. */
  isFlat: boolean;
  /** How often the family was widened. */
  widenCount = 0;
  /** By field. */
  readonly sites: readonly Site[];
  readonly #generate: boolean;
  #useCount = 0;

  constructor(plan: ShapePlan, codeGeneration: boolean) {
    this.plan = plan;
    this.isFlat = isFlat(plan);
    this.sites = plan.shape.keys.map(() => new Site());
    this.#generate = codeGeneration && isCodeGenerationAllowed();
    this.encode = this.#interpret;
  }

  /** Takes a wider shape into use. */
  widen(plan: ShapePlan): void {
    this.plan = plan;
    this.isFlat = isFlat(plan);
    this.widenCount++;
    this.#useCount = 0;
    this.encode = this.#interpret;
  }

  readonly #interpret: ShapeEncode = (value, writer, offset) => {
    if (this.#generate && ++this.#useCount > COMPILE_AFTER_USES) {
      this.encode = generateShapeEncoder(this.plan, this.sites);
      return this.encode(value, writer, offset);
    }
    return interpretShapeEncode(this.plan, this.sites, value, writer, offset);
  };
}

/** The decoder of one shape, at the receiver. */
export class ShapeDecoder {
  decode: ShapeDecode;
  /** For shapes whose code is generated and whose fields hold no objects; else it knows nothing. */
  flat: FlatDecode;
  readonly #plan: ShapePlan;
  readonly #strings: readonly string[];
  readonly #generate: boolean;
  #useCount = 0;

  /** @param strings those of the dictionary, which grows */
  constructor(plan: ShapePlan, strings: readonly string[], codeGeneration: boolean) {
    this.#plan = plan;
    this.#strings = strings;
    this.#generate = codeGeneration && isCodeGenerationAllowed();
    this.decode = this.#interpret;
    this.flat = notFlat;
  }

  readonly #interpret: ShapeDecode = (reader, offset) => {
    if (this.#generate && ++this.#useCount > COMPILE_AFTER_USES) {
      this.decode = generateShapeDecoder(this.#plan);
      if (isFlat(this.#plan)) this.flat = generateFlatDecoder(this.#plan, this.#strings);
      return this.decode(reader, offset);
    }
    return interpretShapeDecode(this.#plan, reader, offset);
  };
}
