import type { Entry } from './entry.js';

/**
 * Entries on their way to another thread or to the disk: what they have in common is written once. A run is as many
 * entries as continue one another: of one term, kind and session, with sequences that count up.
 */
export interface PackedEntries {
  /** Index of the first entry. */
  readonly first: number;
  /** {@link RUN_FIELDS} numbers for each run. */
  readonly runs: Float64Array;
  /** Of all entries, in order. */
  readonly payloads: readonly unknown[];
}

/** Numbers of a run: count, term, kind, session, sequence of its first entry, lowest, bytes of each entry. */
const RUN_FIELDS = 7;

/** Whether `entry` goes on where `last` ended. */
function continues(last: Entry, entry: Entry): boolean {
  return (
    entry.session === last.session &&
    entry.sequence === last.sequence + 1 &&
    entry.term === last.term &&
    entry.lowest === last.lowest &&
    entry.kind === last.kind &&
    entry.bytes === last.bytes
  );
}

/** Packs entries that follow one another without gaps. */
export function packEntries(entries: readonly Entry[]): PackedEntries {
  const count = entries.length;
  const payloads = new Array<unknown>(count);
  const runs: number[] = [];
  for (let i = 0; i < count; i++) {
    const entry = entries[i]!;
    payloads[i] = entry.payload;
    if (i > 0 && continues(entries[i - 1]!, entry)) {
      runs[runs.length - RUN_FIELDS]!++;
      continue;
    }
    const { term, kind, session, sequence, lowest, bytes } = entry;
    runs.push(1, term, kind, session, sequence, lowest, bytes);
  }
  return { first: entries[0]?.index ?? 0, runs: Float64Array.from(runs), payloads };
}

/** The entries again. Whatever is given, it throws nothing: entries that are damaged are found by who looks at them. */
export function unpackEntries({ first, runs, payloads }: PackedEntries): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at + RUN_FIELDS <= runs.length; at += RUN_FIELDS) {
    const count = Math.min(runs[at]!, payloads.length - entries.length);
    const [term, kind, session] = [runs[at + 1]!, runs[at + 2]!, runs[at + 3]!];
    const [sequence, lowest, bytes] = [runs[at + 4]!, runs[at + 5]!, runs[at + 6]!];
    for (let i = 0; i < count; i++) {
      const index = first + entries.length;
      const payload = payloads[entries.length];
      entries.push({ index, term, kind, session, sequence: sequence + i, lowest, payload, bytes });
    }
  }
  return entries;
}
