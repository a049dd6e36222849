import { InvariantError } from '../base/assert.js';
import { ERROR_CODES, hasCode, TroupeError } from '../base/errors.js';
import { defineOwn } from './plain-object.js';
import type { Site } from './site.js';
import { align4, TAG_ERROR, tagWord } from './tags.js';
import type { ValueReader } from './value-reader.js';
import type { ValueWriter } from './value-writer.js';

/**
 * An error: the tag word with its class, a word of flags, name, message and stack (string or undefined), the cause
 * and the list of errors if flagged, then a count and its other own enumerable properties.
 *
 * An error arrives as an instance of the nearest class in {@link CLASSES}; its name tells the class it
 * had. A property that cannot be sent is replaced by a text that says so: a failure has to
 * be told even when it holds a socket.
 */
const CLASSES = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  TroupeError,
  InvariantError,
  DOMException,
] as const;

const CLASS_TROUPE = CLASSES.indexOf(TroupeError);
const CLASS_INVARIANT = CLASSES.indexOf(InvariantError);
const CLASS_DOM = CLASSES.indexOf(DOMException);
const CLASS_AGGREGATE = CLASSES.indexOf(AggregateError);

const FLAG_CAUSE = 1;
const FLAG_ERRORS = 2;

/** Written on their own account, so not among the other properties. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause']);

type Properties = Record<string, unknown>;

/** Writes an error, with what it carries. */
export function writeError(w: ValueWriter, error: Error, o: number, site: Site): number {
  const own = error as unknown as Properties;
  const flags =
    (Object.hasOwn(error, 'cause') ? FLAG_CAUSE : 0) |
    (Array.isArray(own['errors']) && !isEnumerable(error, 'errors') ? FLAG_ERRORS : 0);
  const message = Object.hasOwn(error, 'message') || error.message ? `${error.message}` : undefined;
  let end = w.word(tagWord(TAG_ERROR, classIndexOf(error)), o);
  if (end >= 0) end = w.word(flags, end);
  if (end >= 0) end = w.value(nameOf(error), end, w.keySite, 'name');
  if (end >= 0) end = w.value(message, end, site, 'message');
  if (end >= 0) end = w.value(textOrNothing(error.stack), end, site, 'stack');
  if (end >= 0 && flags & FLAG_CAUSE) end = writeProperty(w, own, 'cause', end, site);
  if (end >= 0 && flags & FLAG_ERRORS) end = writeProperty(w, own, 'errors', end, site);
  const keys = Object.keys(error).filter((key) => !OWN_FIELDS.has(key));
  // A string ends where it ends; a word is aligned.
  if (end >= 0) end = w.word(keys.length, align4(end));
  for (const key of keys) {
    if (end >= 0) end = w.value(key, end, w.keySite, key);
    if (end >= 0) end = writeProperty(w, own, key, end, site);
  }
  return end;
}

/** Writes one property, or in place of it why it cannot be sent. */
function writeProperty(
  w: ValueWriter,
  own: Properties,
  key: string,
  o: number,
  site: Site,
): number {
  const mark = w.mark();
  try {
    return w.value(own[key], o, site, key);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown;
    const text = hasCode(thrown, 'ERR_NOT_SENDABLE') ? thrown.message : String(thrown);
    w.backTo(mark);
    return w.value(`[not sent: ${text}]`, o, site, key);
  }
}

function isEnumerable(object: object, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, key);
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function classIndexOf(error: Error): number {
  for (let i = CLASSES.length - 1; i > 0; i--) {
    if (error instanceof CLASSES[i]! && (i !== CLASS_TROUPE || hasKnownCode(error))) return i;
  }
  // Errors of another realm are known by name.
  return Math.max(
    0,
    CLASSES.slice(0, CLASS_TROUPE).findIndex((each) => each.name === error.name),
  );
}

/**
 * The name of an error; that of its class when the error itself only says the name of a base class.
 * The classes that Node derives for its own errors are no names to show.
 */
function nameOf(error: Error): string {
  const name = `${error.name}`;
  const found: unknown = (error as { constructor?: { name?: unknown } }).constructor?.name;
  const inherits = CLASSES.some((each) => each.name === name) && !Object.hasOwn(error, 'name');
  if (!inherits || typeof found !== 'string' || found === '') return name;
  return found === 'NodeError' || found === 'SystemError' ? name : found;
}

/** Reads an error of the class at that index. */
export function readError(r: ValueReader, classIndex: number): Error {
  const flags = r.word();
  const name = r.text();
  const message = r.textOrNothing();
  const stack = r.textOrNothing();
  const error = makeError(classIndex, name, message);
  r.add(error);
  setHidden(error, 'stack', stack);
  if (flags & FLAG_CAUSE) setHidden(error, 'cause', r.value());
  if (flags & FLAG_ERRORS) setHidden(error, 'errors', r.value());
  else if (classIndex === CLASS_AGGREGATE) Reflect.deleteProperty(error, 'errors');
  r.align();
  const count = r.word();
  r.expect(count, 8);
  for (let i = 0; i < count; i++) {
    const key = r.text();
    defineOwn(error, key, r.value());
  }
  if (classIndex === CLASS_TROUPE && !hasKnownCode(error)) {
    return r.refuse(`a TroupeError with the code ${String((error as TroupeError).code)}`);
  }
  return error;
}

/** A TroupeError whose code the receiver would not know is sent as an Error that keeps its properties. */
function hasKnownCode(error: Error): boolean {
  const code = Object.getOwnPropertyDescriptor(error, 'code')?.value;
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}

function makeError(classIndex: number, name: string, message: string | undefined): Error {
  const limit = Error.stackTraceLimit;
  // The stack is the sender's; to collect one here would be for nothing.
  Error.stackTraceLimit = 0;
  try {
    let error: Error;
    if (classIndex === CLASS_DOM) return new DOMException(message, name) as Error;
    if (classIndex === CLASS_TROUPE) error = new TroupeError('ERR_DAMAGED', { what: '' });
    else if (classIndex === CLASS_INVARIANT) error = new InvariantError();
    else if (classIndex === CLASS_AGGREGATE) error = new AggregateError([]);
    else error = new (CLASSES[classIndex] as ErrorConstructor)();
    if (message !== undefined || Object.hasOwn(error, 'message')) {
      setHidden(error, 'message', message ?? '');
    }
    if (error.name !== name) setHidden(error, 'name', name);
    return error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function setHidden(error: Error, key: string, value: unknown): void {
  const own = { value, writable: true, enumerable: false, configurable: true };
  Object.defineProperty(error, key, own);
}
