import { MemberState, StatusWord } from '../memory/control-block-descriptor.js';
import { type CounterName, readCounters } from '../memory/counters.js';
import { DoorbellState } from '../memory/doorbell.js';
import { EMPTY_HISTOGRAM, type Histogram, readHistogram } from '../memory/histogram.js';
import {
  GAUGES,
  type GaugeName,
  meterArea,
  THREAD_HISTOGRAMS,
  type ThreadHistogram,
  threadHistogramWord,
} from '../memory/meter-descriptor.js';
import type { Observed } from './observed.js';

/** What a thread is doing, as it stands in shared memory. */
export interface Running {
  readonly kind: string;
  readonly message: string | undefined;
  /** Address of the actor: its `id`. */
  readonly actor: string;
}

/** One thread at one moment, read without a message to it. */
export interface ThreadFigures {
  /** Member: 0 is the main thread. */
  readonly thread: number;
  readonly state: 'absent' | 'running' | 'dead';
  /** Changes with every thread that takes this member over. */
  readonly serial: number;
  /** Counts turns, modulo 2^32: one that stands still while the thread is not asleep is stuck. */
  readonly heartbeat: number;
  readonly isAsleep: boolean;
  /** Messages in its mailboxes. */
  readonly load: number;
  readonly running: Running | undefined;
  readonly counters: Readonly<Record<CounterName, number>>;
  /** Undefined where `metrics` is off. */
  readonly measured: MeasuredThread | undefined;
}

/** What is measured of a thread where `metrics` is on; values count from the start of the thread. */
export interface MeasuredThread {
  readonly gauges: Readonly<Record<GaugeName, number>>;
  /** How long the present turn has lasted; 0 between turns. A turn of short handlers ends after a millisecond or so. */
  readonly turnMs: number;
  /** Age of the last sample: more than a second or so when the thread is stuck. */
  readonly sampleAgeMs: number;
  /** Time in turns, the present one included. */
  readonly busyMs: number;
  readonly histograms: Readonly<Record<ThreadHistogram, Histogram>>;
}

const STATES = {
  [MemberState.ABSENT]: 'absent',
  [MemberState.RUNNING]: 'running',
  [MemberState.DEAD]: 'dead',
} as const;

/** Reads one thread. */
export function readThread(observed: Observed, thread: number): ThreadFigures {
  const { control } = observed.main;
  const word = (index: number): number => control.status(thread, index);
  return {
    thread,
    state: STATES[word(StatusWord.STATE) as MemberStateValue] ?? 'absent',
    serial: word(StatusWord.SERIAL),
    heartbeat: word(StatusWord.HEARTBEAT) >>> 0,
    isAsleep: word(StatusWord.DOORBELL) === DoorbellState.PARKED,
    load: word(StatusWord.LOAD),
    running: readRunning(observed, thread),
    counters: readCounters(control.counters(thread)),
    measured: readMeasured(observed, thread),
  };
}

type MemberStateValue = keyof typeof STATES;

function readRunning({ main: { control } }: Observed, thread: number): Running | undefined {
  const word = (index: number): number => control.status(thread, index);
  const labels = control.labels(thread);
  const kind = labels.name(word(StatusWord.RUNNING_KIND));
  if (kind === undefined) return undefined;
  const creator = word(StatusWord.RUNNING_CREATOR);
  const slot = word(StatusWord.RUNNING_SLOT);
  const generation = word(StatusWord.RUNNING_GENERATION);
  return {
    kind,
    message: labels.name(word(StatusWord.RUNNING_TYPE)),
    actor: `${thread}.${creator}.${slot}.${generation}`,
  };
}

function readMeasured({ main }: Observed, thread: number): MeasuredThread | undefined {
  const { meters } = main.config;
  if (meters === null) return undefined;
  const area = meterArea(meters, thread);
  const now = main.clock.now();
  const gauges = Object.fromEntries(
    GAUGES.map((name, index) => [name, area[index]!]),
  ) as MeasuredThread['gauges'];
  const turnMs = gauges.turnStartMs === 0 ? 0 : Math.max(0, now - gauges.turnStartMs);
  return {
    gauges,
    turnMs,
    sampleAgeMs: Math.max(0, now - gauges.sampledAtMs),
    busyMs: gauges.busyMs + turnMs,
    histograms: Object.fromEntries(
      THREAD_HISTOGRAMS.map((name) => [name, readHistogram(area, threadHistogramWord(name))]),
    ) as unknown as MeasuredThread['histograms'],
  };
}

/** What the histograms of a thread are when nothing is measured. */
export const NO_HISTOGRAMS = Object.fromEntries(
  THREAD_HISTOGRAMS.map((name) => [name, EMPTY_HISTOGRAM]),
) as MeasuredThread['histograms'];
