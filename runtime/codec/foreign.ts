import { asError } from '../base/errors.js';
import { classNameOf, isCarriedByStructuredClone } from './classify.js';
import { damaged } from './damaged.js';
import type { AnyExtension } from './extensions.js';
import { notSendable, unsent } from './not-sendable.js';
import type { Site } from './site.js';
import { TAG_ATTACHMENT, TAG_EXTENSION } from './tags.js';
import type { ValueReader } from './value-reader.js';
import type { ValueWriter } from './value-writer.js';

/** Writes an instance of a class with a codec: the codec's name, then the plain form. */
export function writeExtended(
  w: ValueWriter,
  extension: AnyExtension,
  value: object,
  o: number,
  site: Site,
): number {
  let plain: unknown;
  try {
    plain = extension.encode(value);
  } catch (thrown) {
    const what = `the codec ${extension.name} failed: ${asError(thrown).message}`;
    throw unsent(what, w.path(), 'mend encode() of the codec', thrown);
  }
  let end = w.tag(TAG_EXTENSION, o);
  if (end >= 0) end = w.value(extension.name, end, w.keySite, 'name');
  if (end < 0) return end;
  w.open.push(value);
  end = w.value(plain, end, site, 'encode()');
  w.open.pop();
  return end;
}

/** Stands in the table of objects for an instance that is not built yet. */
const UNFINISHED = Object.freeze({});

/** True for an object that its codec is still building. */
export function isUnfinished(object: unknown): boolean {
  return object === UNFINISHED;
}

/** Reads an instance of a class with a registered codec. */
export function readExtended(r: ValueReader): unknown {
  const index = r.add(UNFINISHED);
  const name = r.text();
  const extension = r.extensions.forName(name);
  if (extension === undefined) {
    throw damaged(`this thread has no codec ${JSON.stringify(name.slice(0, 64))}`);
  }
  const plain = r.value();
  let result: unknown;
  try {
    result = extension.decode(plain);
  } catch (thrown) {
    throw damaged(`decode() of the codec ${name} failed: ${asError(thrown).message}`, thrown);
  }
  r.replace(index, result);
  return result;
}

/**
 * Writes an object that no other rule covers: an item of the transfer list, or a host object that
 * structured clone carries whole. Everything else is refused.
 */
export function writeHostObject(
  w: ValueWriter,
  value: object,
  prototype: object,
  o: number,
): number {
  if (!w.isTransferred(value)) {
    const ancestor = w.extensions.forAncestor(prototype);
    if (ancestor !== undefined) {
      const mend = `register a codec for ${classNameOf(value)} too`;
      const what = `an instance of ${classNameOf(value)}, whose base class has the codec ${ancestor.name},`;
      throw unsent(`${what} cannot be sent`, w.path(), mend);
    }
    let carried = false;
    try {
      carried = isCarriedByStructuredClone(value, prototype);
    } catch (thrown) {
      throw notSendable(value, w.path(), thrown);
    }
    if (!carried) throw notSendable(value, w.path());
  }
  return w.head(TAG_ATTACHMENT, w.attach(value), o);
}
