import type { CounterName } from '../memory/counters.js';
import { bucketLimitMs, type Histogram } from '../memory/histogram.js';
import type { GaugeName, ThreadHistogram } from '../memory/meter-descriptor.js';
import type { Figures } from './figures.js';
import { COUNTER_METRICS, GAUGE_METRICS, HISTOGRAM_METRICS } from './metric-names.js';
import type { MeasuredThread, ThreadFigures } from './thread-figures.js';

/** Media type of the text. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string | number>>;

/** Text in the making: every metric with its help and type, then its samples. */
class Exposition {
  readonly lines: string[] = [];
  readonly #common: Labels;

  constructor(common: Labels) {
    this.#common = common;
  }

  head(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): string {
    this.lines.push(`# HELP troupe_${name} ${help}`, `# TYPE troupe_${name} ${type}`);
    return name;
  }

  sample(name: string, labels: Labels, value: number): void {
    const all = Object.entries({ ...this.#common, ...labels });
    const text = all.map(([key, label]) => `${key}="${escaped(String(label))}"`).join(',');
    this.lines.push(`troupe_${name}{${text}} ${numeral(value)}`);
  }

  /** Every second bucket, cumulative, in seconds. */
  histogram(name: string, labels: Labels, histogram: Histogram): void {
    let sum = 0;
    for (const [bucket, count] of histogram.buckets.entries()) {
      sum += count;
      if (bucket % 2 === 0) continue;
      const le = numeral(bucketLimitMs(bucket) / 1000);
      this.sample(`${name}_bucket`, { ...labels, le }, sum);
    }
    this.sample(`${name}_sum`, labels, histogram.sumMs / 1000);
    this.sample(`${name}_count`, labels, sum);
  }
}

/** All figures in the text format of Prometheus, version 0.0.4. */
export function prometheusText(figures: Figures): string {
  const out = new Exposition({ system: figures.system });
  threadStatus(out, figures.threads);
  counters(out, figures.threads);
  measured(out, figures.threads);
  kinds(out, figures);
  out.head('ring_depth_bytes', 'gauge', 'Bytes published in a ring and not read yet.');
  for (const { from, to, depthBytes } of figures.rings) {
    out.sample('ring_depth_bytes', { from, to }, depthBytes);
  }
  return `${out.lines.join('\n')}\n`;
}

function threadStatus(out: Exposition, threads: readonly ThreadFigures[]): void {
  out.head('thread_up', 'gauge', '1 while a thread runs under this number.');
  for (const { thread, state } of threads) {
    out.sample('thread_up', { thread }, state === 'running' ? 1 : 0);
  }
  out.head('thread_heartbeat_total', 'counter', 'Turns begun, modulo 2^32.');
  for (const { thread, heartbeat } of threads) {
    out.sample('thread_heartbeat_total', { thread }, heartbeat);
  }
  out.head('thread_load', 'gauge', 'Messages in the mailboxes of the thread.');
  for (const { thread, load } of threads) out.sample('thread_load', { thread }, load);
}

function counters(out: Exposition, threads: readonly ThreadFigures[]): void {
  for (const [counter, row] of Object.entries(COUNTER_METRICS)) {
    const name = out.head(row[0], 'counter', row[1]);
    for (const each of threads) {
      out.sample(name, { thread: each.thread }, each.counters[counter as CounterName]);
    }
  }
  out.head('dead_letters_total', 'counter', 'Messages that nobody will handle, by reason.');
  for (const { thread, counters: row } of threads) {
    for (const [counter, value] of Object.entries(row)) {
      if (!counter.startsWith('dead:')) continue;
      out.sample('dead_letters_total', { thread, reason: counter.slice(5) }, value);
    }
  }
}

function measured(out: Exposition, threads: readonly ThreadFigures[]): void {
  const rows = threads.flatMap(({ thread, measured: m }) =>
    m === undefined ? [] : [[thread, m] as const],
  );
  if (rows.length === 0) return;
  const gauge = (name: string, help: string, of: (row: MeasuredThread) => number): void => {
    out.head(name, 'gauge', help);
    for (const [thread, row] of rows) out.sample(name, { thread }, of(row));
  };
  for (const [key, [name, help, factor]] of Object.entries(GAUGE_METRICS)) {
    gauge(name, help, (row) => row.gauges[key as GaugeName] * factor);
  }
  gauge('sample_age_seconds', 'Age of these figures.', (row) => row.sampleAgeMs / 1000);
  gauge('present_turn_seconds', 'Duration of the present turn.', (row) => row.turnMs / 1000);
  out.head('busy_seconds_total', 'counter', 'Time in turns.');
  for (const [thread, row] of rows) out.sample('busy_seconds_total', { thread }, row.busyMs / 1000);
  for (const [key, [metric, help]] of Object.entries(HISTOGRAM_METRICS)) {
    const histograms = rows.map(([thread, row]) => {
      return [thread, row.histograms[key as ThreadHistogram]] as const;
    });
    // A system without a journal has no lines of one.
    const isUsed = histograms.some(([, { count }]) => count > 0);
    if (!isUsed && key.startsWith('journal')) continue;
    const name = out.head(`${metric}_seconds`, 'histogram', help);
    for (const [thread, each] of histograms) out.histogram(name, { thread }, each);
  }
}

function kinds(out: Exposition, { kinds: rows }: Figures): void {
  if (rows.length === 0) return;
  const metric = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    of: (row: (typeof rows)[number]) => number,
  ): void => {
    out.head(name, type, help);
    for (const row of rows) out.sample(name, { thread: row.thread, kind: row.kind }, of(row));
  };
  metric('kind_messages_total', 'counter', 'Messages handled, by kind.', (row) => row.messages);
  metric('kind_failures_total', 'counter', 'Failures, by kind.', (row) => row.failures);
  metric('kind_restarts_total', 'counter', 'Restarts, by kind.', (row) => row.restarts);
  metric('kind_actors', 'gauge', 'Actors, by kind.', (row) => row.actors);
  metric('kind_queued', 'gauge', 'Messages in mailboxes, by kind.', (row) => row.queued);
  metric(
    'kind_longest_mailbox',
    'gauge',
    'Longest mailbox of a kind.',
    (row) => row.longestMailbox,
  );
  out.head('kind_handler_seconds', 'histogram', 'Times of handlers, sampled, by kind.');
  for (const { thread, kind, handler } of rows) {
    out.histogram('kind_handler_seconds', { thread, kind }, handler);
  }
}

function escaped(label: string): string {
  return label.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

function numeral(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
}
