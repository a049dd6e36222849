import { availableParallelism } from 'node:os';
import type { PortWork } from './port-worker.js';
import { actorPair, portPair, type Subject } from './subjects.js';

/** Measured rounds; one more before them lets everything be compiled. */
const ROUNDS = 3;
/** Messages between two questions: fewer than a mailbox takes. */
const BURST = 1000;

/** One line of the result. */
export interface Line {
  readonly name: string;
  /** Per second, the median of the rounds. */
  readonly actors: number;
  /** The same with `postMessage`; undefined where there is nothing to compare with. */
  readonly ports: number | undefined;
}

/** A check of what was measured: a wrong result must not look like a fast one. */
async function rateOf(subject: Subject, work: PortWork): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const { tookMs, before, after } = await subject.drive(work);
    const expected = (work.bursts * work.burst * (work.burst + 1)) / 2;
    if (after - before !== expected || !(tookMs > 0)) {
      throw new Error(`${after - before} was added up, and should be ${expected}`);
    }
    const count = work.burst === 0 ? work.bursts : work.bursts * work.burst;
    if (round > 0) rates.push((count / tookMs) * 1000);
  }
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}

/** Measures one subject and lets go of it. */
async function measured(make: () => Promise<Subject>, works: readonly PortWork[]) {
  const subject = await make();
  try {
    const rates: number[] = [];
    for (const work of works) rates.push(await rateOf(subject, work));
    return rates;
  } finally {
    await subject.close();
  }
}

/**
 * Measures tells and asks within a thread and between two threads, and the same work with `postMessage`.
 * @param scale 1 takes some seconds; less takes less, and measures less well
 */
export async function quickBench(scale: number): Promise<Line[]> {
  const tells = { bursts: Math.ceil(500 * scale), burst: BURST };
  const asks = { bursts: Math.ceil(20_000 * scale), burst: 0 };
  const [localTell, localAsk] = await measured(() => actorPair(1), [tells, asks]);
  const [tell, ask] = await measured(() => actorPair(2), [tells, asks]);
  const [post, pingPong] = await measured(portPair, [tells, asks]);
  return [
    { name: 'tell, on one thread', actors: localTell!, ports: undefined },
    { name: 'tell, thread to thread', actors: tell!, ports: post },
    { name: 'ask, one at a time, on one thread', actors: localAsk!, ports: undefined },
    { name: 'ask, one at a time, thread to thread', actors: ask!, ports: pingPong },
  ];
}

/** The result as lines of a terminal. */
export function quickBenchText(lines: readonly Line[]): string {
  const head = ['', 'Troupe', 'postMessage', ''];
  const rows = lines.map(({ name, actors, ports }) => [
    name,
    `${round(actors)}/s`,
    ports === undefined ? '' : `${round(ports)}/s`,
    ports === undefined ? '' : `${(actors / ports).toFixed(1)} x`,
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]!.length)));
  const table = [head, ...rows].map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
  const where = `Node ${process.version}, ${availableParallelism()} processors`;
  return [
    `${where}: messages { type, n }, medians of ${ROUNDS} rounds`,
    ...table,
    `tells in bursts of ${BURST}; asks are fast as long as each thread has a processor of its own`,
  ].join('\n');
}

function round(rate: number): string {
  return Math.round(Number(rate.toPrecision(3))).toLocaleString('en');
}
