import { TroupeError } from '../base/errors.js';
import { isBuiltinPrototype } from './classify.js';

/** How the instances of one class travel. Register it under the same name in every thread. */
export interface Extension<T, P> {
  /** Names the codec on the wire, 1 to 255 characters. */
  readonly name: string;
  readonly class: abstract new (...args: never[]) => T;
  /** The plain form: any sendable value but the instance itself, which may hold nested values. */
  encode(value: T): P;
  /** Builds an instance from its plain form, which is new and belongs to it. */
  decode(plain: P): T;
}

/** An extension whose types were checked when it was registered. */
export type AnyExtension = Extension<unknown, unknown>;

const MAX_NAME_LENGTH = 255;

/** The classes with a codec of their own, for the encoders and decoders of one thread. */
export class Extensions {
  readonly #byPrototype = new Map<object, AnyExtension>();
  readonly #byName = new Map<string, AnyExtension>();

  /**
   * Adds a codec. It holds for instances whose prototype is exactly that of the class: what a
   * subclass adds would be lost in silence, so a subclass needs a codec of its own.
   * @throws {TroupeError} ERR_DEFINITION when the name or class is taken or malformed
   */
  register<T, P>(extension: Extension<T, P>): void {
    const { name } = extension;
    const where = `codec ${String(name)}`;
    if (typeof name !== 'string' || name.length === 0 || name.length > MAX_NAME_LENGTH) {
      throw malformed('the name of a codec is a string of 1 to 255 characters', where);
    }
    if (typeof extension.encode !== 'function' || typeof extension.decode !== 'function') {
      throw malformed('a codec has the functions encode and decode', where);
    }
    const prototype: unknown = extension.class?.prototype;
    if (typeof prototype !== 'object' || prototype === null) {
      throw malformed('a codec names a class', where);
    }
    if (isBuiltinPrototype(prototype)) {
      throw malformed(`instances of ${extension.class.name} travel without a codec`, where);
    }
    if (this.#byName.has(name)) throw malformed('a codec of that name is registered', where);
    const former = this.#byPrototype.get(prototype);
    if (former !== undefined) {
      throw malformed(`class ${extension.class.name} has the codec ${former.name}`, where);
    }
    this.#byName.set(name, extension as AnyExtension);
    this.#byPrototype.set(prototype, extension as AnyExtension);
  }

  /** The codec of the class with exactly that prototype. */
  forPrototype(prototype: object): AnyExtension | undefined {
    return this.#byPrototype.get(prototype);
  }

  /** The codec of that name. */
  forName(name: string): AnyExtension | undefined {
    return this.#byName.get(name);
  }

  /** The codec of the nearest ancestor of `prototype` that has one. */
  forAncestor(prototype: object): AnyExtension | undefined {
    for (let p: object | null = prototype; p !== null; p = Object.getPrototypeOf(p)) {
      const found = this.#byPrototype.get(p);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function malformed(what: string, where: string): TroupeError {
  return new TroupeError('ERR_DEFINITION', { what, where });
}
