import type { ResultLine } from './output.js';
import { summarize } from './statistics.js';

/** What one round of one subject has measured. */
export interface Figure {
  /** Added to the name of the bench: '' for its main figure, `.p50` and the like for others. */
  readonly suffix: string;
  readonly value: number;
  readonly unit: string;
}

/** One contender of a bench: Troupe, a variant of it, or a baseline. */
export interface Subject {
  readonly name: string;
  /** Gets ready: threads run and actors live when it resolves. */
  open(): Promise<void>;
  /**
   * Does the work once and checks it.
   * @throws {Error} when a count, a sum or an answer is not what it must be
   */
  round(): Promise<readonly Figure[]>;
  close(): Promise<void>;
}

/** Subjects that do the same work, measured in turn. */
export interface Contest {
  /** Name of the figures, such as `tell-cross-int`. */
  readonly bench: string;
  readonly subjects: readonly Subject[];
}

/** How much work: `smoke` is for finding out whether everything runs, and measures nothing. */
export type Scale = 'full' | 'smoke';

/** What can be run by name. */
export interface Bench {
  contests(scale: Scale): readonly Contest[];
}

/** Rounds that are not counted, so that code is compiled and buffers have their size. */
const WARM_UP_ROUNDS = 1;

/** Picks the count of a scale. */
export function countOf(scale: Scale, full: number, smoke: number): number {
  return scale === 'full' ? full : smoke;
}

/** A check of a bench: a wrong result must never look like a fast one. */
export function check(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`the bench measured something wrong: ${what()}`);
}

/** The main figure of a round: work per second. */
export function rate(count: number, elapsedNs: number, unit: string): Figure {
  check(elapsedNs > 0, () => `${count} took ${elapsedNs} ns`);
  return { suffix: '', value: count / (elapsedNs / 1e9), unit };
}

/** Nanoseconds of the clock that all threads of a process share. */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}

/**
 * Measures one contest: a warm-up, then `runs` rounds of every subject. The order of the subjects is
 * turned round after each, so that drift of the machine hits all alike.
 * @throws {Error} what a subject throws; all subjects that were opened are closed before
 */
export async function measure(contest: Contest, runs: number): Promise<ResultLine[]> {
  const figures = new Map<Subject, Map<string, Figure[]>>();
  const opened: Subject[] = [];
  try {
    for (const subject of contest.subjects) {
      opened.push(subject);
      figures.set(subject, new Map());
      await subject.open();
    }
    for (let round = -WARM_UP_ROUNDS; round < runs; round++) {
      const forward = round % 2 === 0;
      for (const subject of forward ? contest.subjects : contest.subjects.toReversed()) {
        const measured = await subject.round();
        if (round >= 0) collect(figures.get(subject)!, measured);
      }
    }
  } finally {
    for (const subject of opened) await subject.close();
  }
  return contest.subjects.flatMap((subject) =>
    [...figures.get(subject)!.values()].map((row) => ({
      bench: contest.bench + row[0]!.suffix,
      subject: subject.name,
      unit: row[0]!.unit,
      ...summarize(row.map((figure) => figure.value)),
    })),
  );
}

function collect(rows: Map<string, Figure[]>, measured: readonly Figure[]): void {
  for (const figure of measured) {
    const row = rows.get(figure.suffix);
    if (row === undefined) rows.set(figure.suffix, [figure]);
    else row.push(figure);
  }
}
