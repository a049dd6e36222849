import { add, type Tally } from './tally.js';

/** Longer runs are not names but data (base64, minified tables). They are not counted. */
export const MAX_IDENTIFIER_LENGTH = 100;

const NONE = 0;
const PART = 1;
const START = 2;

/** What a character below U+0080 may be in an identifier: nothing, a later part, or its start too. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(character)) return START;
  return /[0-9]/.test(character) ? PART : NONE;
});

/**
 * Counts the identifiers of a text: maximal runs of `$` and Unicode's ID_Continue that begin with `$`,
 * `_` or ID_Start. A run that begins otherwise, `0xff` or `2nd`, is a number and is passed over whole.
 * Comments and strings count like code: what a reader sees is what is counted.
 *
 * Source: https://www.unicode.org/reports/tr31/
 */
export function countIdentifiers(text: string, into: Tally): void {
  const { length } = text;
  let at = 0;
  while (at < length) {
    const first = kindAt(text, at);
    if (first === NONE) {
      at += widthAt(text, at);
      continue;
    }
    const start = at;
    do at += widthAt(text, at);
    while (at < length && kindAt(text, at) !== NONE);
    if (first === START && at - start <= MAX_IDENTIFIER_LENGTH) add(into, text.slice(start, at), 1);
  }
}

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? ASCII[code]! : kindBeyondAscii(text.codePointAt(at)!);
}

function widthAt(text: string, at: number): number {
  return text.charCodeAt(at) < 0xd800 || text.codePointAt(at)! < 0x10000 ? 1 : 2;
}

function kindBeyondAscii(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (/\p{ID_Start}/u.test(character)) return START;
  return /\p{ID_Continue}/u.test(character) ? PART : NONE;
}
