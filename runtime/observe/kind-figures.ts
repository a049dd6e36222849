import { type Histogram, readHistogram } from '../memory/histogram.js';
import {
  GaugeIndex,
  KIND_ROWS,
  KindWord,
  kindRowWord,
  meterArea,
} from '../memory/meter-descriptor.js';
import type { Observed } from './observed.js';

/** The actors of one kind on one thread; counts begin with the thread. */
export interface KindFigures {
  readonly kind: string;
  readonly thread: number;
  /** Messages whose handler was called. */
  readonly messages: number;
  readonly failures: number;
  readonly restarts: number;
  /** Actors of this kind at the last complete scan. */
  readonly actors: number;
  /** Messages in their mailboxes then, and in the longest of these. */
  readonly queued: number;
  readonly longestMailbox: number;
  /** Times of the handlers that were timed: all of rare messages, one of 64 of frequent ones. */
  readonly handler: Histogram;
}

/** Name of the row of all kinds beyond those that have a row. */
const OTHERS = '(others)';

/** Reads the kinds of one thread; none where `metrics` is off. Rows in which nothing was seen are left out. */
export function readKinds({ main }: Observed, thread: number): KindFigures[] {
  const { meters } = main.config;
  if (meters === null) return [];
  const area = meterArea(meters, thread);
  const labels = main.control.labels(thread);
  const rows = Math.min(area[GaugeIndex.kinds]!, KIND_ROWS);
  const kinds: KindFigures[] = [];
  for (let row = 0; row < rows; row++) {
    const at = kindRowWord(row);
    const figures: KindFigures = {
      kind: row === 0 ? OTHERS : (labels.name(area[at + KindWord.LABEL]!) ?? OTHERS),
      thread,
      messages: area[at + KindWord.MESSAGES]!,
      failures: area[at + KindWord.FAILURES]!,
      restarts: area[at + KindWord.RESTARTS]!,
      actors: area[at + KindWord.ACTORS]!,
      queued: area[at + KindWord.QUEUED]!,
      longestMailbox: area[at + KindWord.LONGEST]!,
      handler: readHistogram(area, at + KindWord.HANDLER),
    };
    if (row > 0 || figures.messages > 0 || figures.actors > 0) kinds.push(figures);
  }
  return kinds;
}
