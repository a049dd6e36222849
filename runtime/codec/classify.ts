import { types } from 'node:util';

/** How a class of objects is written. */
export type ClassKind =
  | typeof CLASS_PLAIN
  | typeof CLASS_ARRAY
  | typeof CLASS_MAP
  | typeof CLASS_SET
  | typeof CLASS_DATE
  | typeof CLASS_REGEXP
  | typeof CLASS_BOXED
  | typeof CLASS_BUFFER
  | typeof CLASS_VIEW
  | typeof CLASS_ERROR
  | typeof CLASS_OTHER;

/** The classes that the writer tells apart. */
export const CLASS_OTHER = 0;
export const CLASS_PLAIN = 1;
export const CLASS_ARRAY = 2;
export const CLASS_MAP = 3;
export const CLASS_SET = 4;
export const CLASS_DATE = 5;
export const CLASS_REGEXP = 6;
export const CLASS_BOXED = 7;
export const CLASS_BUFFER = 8;
export const CLASS_VIEW = 9;
export const CLASS_ERROR = 10;

const BUILTINS: ReadonlyArray<readonly [ClassKind, readonly { readonly prototype: object }[]]> = [
  [CLASS_PLAIN, [Object]],
  [CLASS_ARRAY, [Array]],
  [CLASS_MAP, [Map]],
  [CLASS_SET, [Set]],
  [CLASS_DATE, [Date]],
  [CLASS_REGEXP, [RegExp]],
  [CLASS_BOXED, [Number, String, Boolean, BigInt]],
  [CLASS_BUFFER, [ArrayBuffer, SharedArrayBuffer]],
  [CLASS_VIEW, [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array]],
  [CLASS_VIEW, [Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array]],
  [CLASS_VIEW, [BigUint64Array, DataView, Buffer]],
  [CLASS_ERROR, [DOMException]],
];

const KINDS = new Map<object, ClassKind>();
const KINDS_BY_NAME = new Map<string, ClassKind>();
for (const [kind, classes] of BUILTINS) {
  for (const each of classes) {
    KINDS.set(each.prototype, kind);
    KINDS_BY_NAME.set((each as unknown as { name: string }).name, kind);
  }
}

/** True for the prototype of a class that the codec knows by itself. */
export function isBuiltinPrototype(prototype: object): boolean {
  return KINDS.has(prototype);
}

/**
 * The kind of an object by its prototype. Every native error is CLASS_ERROR whatever its class; a
 * subclass of another built-in class is CLASS_OTHER.
 */
export function classOf(object: object, prototype: object | null): ClassKind {
  if (prototype === null) return CLASS_PLAIN;
  const kind = KINDS.get(prototype);
  if (kind !== undefined) return kind;
  return types.isNativeError(object) ? CLASS_ERROR : foreignClassOf(prototype);
}

/** Built-in classes of another realm (`node:vm`) are known by name and by being native code. */
function foreignClassOf(prototype: object): ClassKind {
  const found: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof found !== 'function' || found.prototype !== prototype) return CLASS_OTHER;
  const kind = KINDS_BY_NAME.get(found.name);
  if (kind === undefined || kind === CLASS_ERROR) return CLASS_OTHER;
  return Function.prototype.toString.call(found).includes('[native code]') ? kind : CLASS_OTHER;
}

/** The name of the class of an object, for error texts. Never throws. */
export function classNameOf(value: object): string {
  try {
    const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // A proxy or getter that throws has no name worth telling.
  }
  return 'object without a class';
}

const CARRIED = new WeakMap<object, boolean>();

/**
 * True for host objects (Blob, KeyObject, WebAssembly.Module ...) that structured clone rebuilds
 * with their class. It is tried on the object alone; what comes back as no instance of the class
 * lost something. The verdict holds for the class.
 * @throws {DOMException} DataCloneError when structured clone refuses the object
 */
export function isCarriedByStructuredClone(object: object, prototype: object): boolean {
  const known = CARRIED.get(prototype);
  if (known !== undefined) return known;
  const clone: unknown = structuredClone(object);
  const carried =
    typeof clone === 'object' &&
    clone !== null &&
    Object.prototype.isPrototypeOf.call(prototype, clone);
  CARRIED.set(prototype, carried);
  return carried;
}
