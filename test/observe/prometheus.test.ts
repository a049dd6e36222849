import t from 'tap';
import { defineActor } from '../../runtime/index.js';
import { COUNTERS, DEAD_LETTER_REASONS } from '../../runtime/memory/counters.js';
import {
  COUNTER_METRICS,
  GAUGE_METRICS,
  HISTOGRAM_METRICS,
} from '../../runtime/observe/metric-names.js';
import { prometheusText } from '../../runtime/observe/prometheus.js';
import { rejection } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Clerk, makeGate, open } from './fixtures/office.js';

/** A sample of the text format: name, labels, value. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format strictly. @throws {Error} for a line that is not of it, or not declared before */
function parse(text: string): { samples: Sample[]; types: Map<string, string> } {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const type = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line);
    if (type !== null) {
      if (types.has(type[1]!)) throw new Error(`declared twice: ${line}`);
      types.set(type[1]!, type[2]!);
    } else if (!line.startsWith('# HELP ')) {
      const [, name, labels, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`not a sample: ${line}`);
      const base = name.replace(/_(bucket|sum|count)$/, '');
      if (!types.has(name) && types.get(base) !== 'histogram')
        throw new Error(`undeclared: ${line}`);
      const pairs = [...labels!.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value);
      if (Number.isNaN(number)) throw new Error(`no number: ${line}`);
      samples.push({
        name,
        labels: Object.fromEntries(pairs.map(([, k, v]) => [k, v])),
        value: number,
      });
    }
  }
  return { samples, types };
}

t.test('the text is of the format, and says what the counters say', async (t) => {
  const system = await startSystem(t, { metrics: true });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  for (let i = 0; i < 100; i++) clerk.tell({ type: 'note', text: 'x' });
  await clerk.ask({ type: 'count' });
  await system.stopActor(clerk);
  clerk.tell({ type: 'note', text: 'late' });
  await system.spawn(Clerk, undefined, { placement: 1 }).ask({ type: 'count' });
  const { samples, types } = parse(system.prometheus());
  const value = (name: string, labels: Record<string, string>): number | undefined =>
    samples.find(
      (each) =>
        each.name === `troupe_${name}` &&
        Object.entries(labels).every(([key, text]) => each.labels[key] === text),
    )?.value;
  const { threads } = system.metrics();
  t.equal(value('messages_handled_total', { thread: '1' }), threads[1]!.handled);
  t.equal(
    value('dead_letters_total', { thread: '1', reason: 'stopped' }) ?? 0,
    threads[1]!['dead:stopped'],
  );
  t.equal(value('kind_messages_total', { thread: '1', kind: 'Clerk' }), 102);
  t.equal(value('thread_up', { thread: '2' }), 1);
  t.ok(samples.every(({ labels }) => labels['system'] === 'troupe'));
  const reasons = new Set(
    samples.map(({ labels }) => labels['reason']).filter((each) => each !== undefined),
  );
  t.same([...reasons], [...DEAD_LETTER_REASONS]);
  const counters = COUNTERS.filter((name) => !name.startsWith('dead'));
  t.ok(types.size > counters.length / 2);
});

t.test('histograms are cumulative, in seconds, and end with all of them', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  for (let i = 0; i < 10; i++) await clerk.ask({ type: 'count' });
  const { samples, types } = parse(system.prometheus());
  const histograms = [...types].filter(([, type]) => type === 'histogram').map(([name]) => name);
  t.same(histograms.length, 4);
  for (const name of histograms) {
    const series = new Map<string, Sample[]>();
    for (const sample of samples.filter((each) => each.name === `${name}_bucket`)) {
      const { le: _le, ...labels } = sample.labels;
      series.set(JSON.stringify(labels), [...(series.get(JSON.stringify(labels)) ?? []), sample]);
    }
    for (const [labels, buckets] of series) {
      const limits = buckets.map(({ labels: { le } }) =>
        le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
      );
      t.same(
        limits,
        limits.toSorted((a, b) => a - b),
      );
      t.equal(limits.at(-1), Number.POSITIVE_INFINITY);
      const counts = buckets.map(({ value }) => value);
      t.same(
        counts,
        counts.toSorted((a, b) => a - b),
        'cumulative',
      );
      const count = samples.find(
        (each) => each.name === `${name}_count` && JSON.stringify(each.labels) === labels,
      );
      t.equal(count?.value, counts.at(-1), `${name} ${labels}`);
    }
  }
  const asks = samples.find(
    (each) => each.name === 'troupe_ask_seconds_count' && each.labels['thread'] === '0',
  );
  t.equal(asks?.value, 10);
});

t.test('whatever a kind is called, its label can be read', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 0 });
  const name = 'we"ird \\kind\nof {ours}';
  const odd = defineActor<{ type: 'noop' }>()({
    module: import.meta.url,
    name,
    init: () => null,
    handlers: { noop() {} },
  });
  const ref = system.spawn(odd, undefined);
  await ref.send({ type: 'noop' });
  const { samples } = parse(system.prometheus());
  const plain = (label: string): string =>
    label.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
  const kinds = samples.map(({ labels }) => labels['kind']).filter((kind) => kind !== undefined);
  t.ok(
    kinds.some((kind) => plain(kind) === name),
    kinds.join(),
  );
});

t.test('every figure is a metric, with the value that was read', async (t) => {
  const system = await startSystem(t, { metrics: true });
  const gate = makeGate();
  t.teardown(() => open(gate));
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  clerk.tell({ type: 'fail' });
  await clerk.ask({ type: 'count' });
  await rejection(clerk.ask({ type: 'wait', gate }, { timeoutMs: 1 }));
  for (let i = 0; i < 5; i++) clerk.tell({ type: 'note', text: 'x' });
  await until('it was scanned', () => system.figures().kinds.some(({ queued }) => queued === 5));
  const figures = system.figures();
  const { samples, types } = parse(prometheusText(figures));
  const values = new Map(
    samples.map(({ name, labels, value }) => {
      const { system: _system, ...own } = labels;
      return [`${name} ${Object.values(own).join()}`, value];
    }),
  );
  const is = (metric: string, labels: string, value: number): void => {
    const name = `troupe_${metric}`;
    if (values.get(`${name} ${labels}`) !== value || !types.has(name)) {
      t.fail(`${name} ${labels} is ${values.get(`${name} ${labels}`)}, not ${value}`);
    }
  };
  for (const { thread, state, heartbeat, load, counters, measured } of figures.threads) {
    const at = String(thread);
    is('thread_up', at, state === 'running' ? 1 : 0);
    is('thread_heartbeat_total', at, heartbeat);
    is('thread_load', at, load);
    for (const [key, row] of Object.entries(COUNTER_METRICS)) {
      is(row[0], at, counters[key as keyof typeof counters]);
    }
    for (const reason of DEAD_LETTER_REASONS) {
      is('dead_letters_total', `${at},${reason}`, counters[`dead:${reason}`]);
    }
    const { gauges, busyMs, turnMs, sampleAgeMs } = measured!;
    for (const [key, [name, , factor]] of Object.entries(GAUGE_METRICS)) {
      is(name, at, gauges[key as keyof typeof gauges] * factor);
    }
    is('busy_seconds_total', at, busyMs / 1000);
    is('present_turn_seconds', at, turnMs / 1000);
    is('sample_age_seconds', at, sampleAgeMs / 1000);
  }
  for (const { from, to, depthBytes } of figures.rings) {
    is('ring_depth_bytes', `${from},${to}`, depthBytes);
  }
  for (const row of figures.kinds) {
    const at = `${row.thread},${row.kind}`;
    is('kind_messages_total', at, row.messages);
    is('kind_failures_total', at, row.failures);
    is('kind_restarts_total', at, row.restarts);
    is('kind_actors', at, row.actors);
    is('kind_queued', at, row.queued);
    is('kind_longest_mailbox', at, row.longestMailbox);
  }
  for (const [key, [name]] of Object.entries(HISTOGRAM_METRICS)) {
    const isUsed = !key.startsWith('journal');
    t.equal(types.get(`troupe_${name}_seconds`), isUsed ? 'histogram' : undefined, name);
  }
  t.equal(values.get('troupe_ask_timeouts_total 0'), 1);
  t.equal(values.get('troupe_kind_restarts_total 1,Clerk'), 1);
  t.ok(figures.rings.length > 0 && figures.threads.length === 3);
});
