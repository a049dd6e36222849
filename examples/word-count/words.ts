import { add, type Tally } from './tally.js';

/**
 * The words of an identifier, in lower case: `parseHTTPHeaders2` has `parse`, `http` and `headers`. A word
 * is a run of two letters or more; it ends where a capital begins a new one.
 */
const WORD = /\p{Lu}{2,}(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+|\p{Lu}+/gu;

export function wordsOf(identifier: string): string[] {
  const words: string[] = [];
  for (const word of identifier.match(WORD) ?? []) {
    if (word.length > 1) words.push(word.toLowerCase());
  }
  return words;
}

/** Counts the words of all identifiers, each as often as the identifier occurs. */
export function countWords(identifiers: Tally, into: Tally): void {
  for (const [identifier, count] of identifiers) {
    for (const word of wordsOf(identifier)) add(into, word, count);
  }
}
