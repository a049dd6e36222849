/** Reports of a run, and what they must look like in the end. */
const HANDLED = 1000;
const PUBLISHED = 2000;

/** The first sequence number of a sender that took up the ring of one that died. */
export const SECOND = 100;

/** A record was read. If its reader dies before it gives the room back, it is read again. */
export const readReport = (sequence: number): number => sequence;
/** A record was handled, after its room was given back: never again. */
export const handledReport = (sequence: number): number => HANDLED + sequence;
/** All records up to this one are published: they must arrive. */
export const publishedReport = (sequence: number): number => PUBLISHED + sequence;

/**
 * Holds that the records which were published, and no others, were read in order without a gap; that
 * a new reader read again only what had not been handled; and that none was handled twice.
 *
 * @param readerDies whether one reader may have been replaced by another
 * @param count how many must have been published at least
 * @returns what is wrong
 */
export function judgeStream(
  history: readonly number[],
  readerDies: boolean,
  count = 0,
): string | undefined {
  const expected = publishedIn(history);
  let next = 0;
  let handledUpTo = 0;
  let jumps = readerDies ? 1 : 0;
  for (const report of history) {
    if (report >= PUBLISHED) continue;
    const isHandled = report >= HANDLED;
    const sequence = isHandled ? report - HANDLED : report;
    const place = expected.indexOf(sequence);
    if (place < 0) return `record ${sequence} came, which was not published`;
    if (isHandled) {
      const isNext = place === handledUpTo || (place > handledUpTo && readerDies);
      if (!isNext || place >= next) return `record ${sequence} was handled out of order`;
      handledUpTo = place + 1;
      continue;
    }
    if (place !== next) {
      if (jumps-- === 0 || place > next || place < handledUpTo) {
        return `record ${sequence} was read, not ${expected[next]}`;
      }
    }
    next = place + 1;
  }
  if (expected.length < count) return `only ${expected.length} of ${count} were published`;
  if (next < expected.length) return `record ${expected[next]} is never read`;
  const all = readerDies || handledUpTo === next;
  return all ? undefined : `record ${expected[handledUpTo]} is never handled`;
}

/** The sequence numbers of what was published, in order: of the first sender, then of the second. */
function publishedIn(history: readonly number[]): number[] {
  const last = history.filter((report) => report >= PUBLISHED).map((report) => report - PUBLISHED);
  const first = Math.max(-1, ...last.filter((sequence) => sequence < SECOND));
  const second = Math.max(SECOND - 1, ...last.filter((sequence) => sequence >= SECOND));
  const upTo = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return [...upTo(0, first), ...upTo(SECOND, second)];
}
