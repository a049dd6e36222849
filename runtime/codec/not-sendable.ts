import { TroupeError } from '../base/errors.js';
import { classNameOf } from './classify.js';

/** A step from a message to a value in it: a key, or an index or entry number. */
export type PathStep = string | number;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const SHOWN_STEPS = 16;

/** The key path as people write it: `message.user["odd key"][3]`; the middle of a long one is left out. */
export function pathText(steps: readonly PathStep[]): string {
  const text = (step: PathStep, index: number) => {
    if (index === 0) return String(step);
    if (typeof step === 'number') return `[${step}]`;
    return IDENTIFIER.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  };
  if (steps.length <= SHOWN_STEPS) return steps.map(text).join('');
  return `${steps.slice(0, SHOWN_STEPS).map(text).join('')}... (${steps.length - 1} levels)`;
}

/** The error for a value that has no encoding, with the mend that fits it. */
export function notSendable(value: unknown, where: string, cause?: unknown): TroupeError {
  return unsent(whatIs(value), where, mendFor(value), cause);
}

/** The error for any other reason not to send. */
export function unsent(what: string, where: string, mend: string, cause?: unknown): TroupeError {
  const text = { what, where, mend };
  return new TroupeError('ERR_NOT_SENDABLE', cause === undefined ? text : { ...text, cause });
}

function whatIs(value: unknown): string {
  if (typeof value === 'function') {
    return `a function${value.name === '' ? '' : ` (${String(value.name)})`} cannot be sent`;
  }
  if (typeof value === 'symbol') return 'a symbol cannot be sent';
  return `an instance of ${classNameOf(value as object)} cannot be sent`;
}

const MENDS: Readonly<Record<string, string>> = {
  Promise: 'await it and send the result',
  URL: 'send url.href, or register a codec for URL',
  URLSearchParams: 'send its string',
  AbortSignal: 'signals do not cross threads: send a message to cancel',
  AbortController: 'controllers do not cross threads: send a message to cancel',
  MessagePort: 'put it into the transfer list',
  ReadableStream: 'put it into the transfer list',
  WritableStream: 'put it into the transfer list',
  TransformStream: 'put it into the transfer list',
  FileHandle: 'put it into the transfer list',
  WeakMap: 'send a Map',
  WeakSet: 'send a Set',
  WeakRef: 'send what it refers to',
};

function mendFor(value: unknown): string {
  if (typeof value === 'function')
    return 'send data, and let the receiver decide what to do with it';
  if (typeof value === 'symbol') return 'send a string';
  return (
    MENDS[classNameOf(value as object)] ??
    `register a codec for ${classNameOf(value as object)} or send a plain object`
  );
}
