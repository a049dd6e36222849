import * as api from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import t from 'tap';
import { type ActorRef, type ActorSystem, withTrace } from '../../runtime/index.js';
import { loadOpenTelemetry, type OtelApi } from '../../runtime/worker/open-telemetry.js';
import { assertConserved } from '../support/conservation.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { untilAsync } from '../support/turns.js';
import { type SeenSpan, Spanning, type SpanningMessage, spansHere } from './fixtures/spanning.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';

/** One actor on each thread, which tells of the spans of its thread. */
function spawnAll(system: ActorSystem): ActorRef<SpanningMessage>[] {
  return [0, 1, 2].map((placement) =>
    system.spawn(Spanning, undefined, { name: `on-${placement}`, placement }),
  );
}

/** The spans of one trace, over all threads. */
async function spansOf(
  actors: readonly ActorRef<SpanningMessage>[],
  traceId: string,
): Promise<SeenSpan[]> {
  const all = await Promise.all(actors.map((actor) => actor.ask({ type: 'spans' })));
  return all.flat().filter((span) => span.traceId === traceId);
}

/** Waits until a trace has so many spans. */
async function spansWhen(
  actors: readonly ActorRef<SpanningMessage>[],
  traceId: string,
  count: number,
): Promise<SeenSpan[]> {
  let spans: SeenSpan[] = [];
  await untilAsync(`${count} spans`, async () => {
    spans = await spansOf(actors, traceId);
    return spans.length >= count;
  });
  return spans;
}

/** Runs something under a span of the application. @returns that span's ids */
async function underSpan(call: () => unknown): Promise<{ traceId: string; spanId: string }> {
  return api.trace.getTracer('test').startActiveSpan('root', async (span) => {
    await call();
    span.end();
    return span.spanContext();
  });
}

/** Names from the root of a trace to its deepest span. */
function chain(spans: readonly SeenSpan[], rootId: string): string[] {
  const names: string[] = [];
  for (let id = rootId; ; ) {
    const next = spans.find(({ parentId }) => parentId === id);
    if (next === undefined) return names;
    names.push(`${next.name} ${next.attributes['troupe.thread']}`);
    id = next.id;
  }
}

for (const options of [{}, { metrics: true }, { strict: true }]) {
  t.test(`one trace goes over all threads, ${JSON.stringify(options)}`, async (t) => {
    const system = await startSystem(t, { openTelemetry: true, ...options });
    const actors = spawnAll(system);
    const [a, b, c] = actors as [(typeof actors)[0], (typeof actors)[0], (typeof actors)[0]];
    const told = await underSpan(() => b!.tell({ type: 'pass', to: [c!, a!, b!] }));
    const tells = await spansWhen(actors, told.traceId, 5);
    t.same(
      chain(tells, told.spanId),
      [1, 2, 0, 1].map((at) => `Spanning pass ${at}`),
    );
    t.ok(tells.every(({ name, kind }) => name === 'root' || kind === api.SpanKind.CONSUMER));
    const asked = await underSpan(() => b!.ask({ type: 'ask-on', to: [c!, a!] }));
    const asks = await spansWhen(actors, asked.traceId, 7);
    t.same(
      chain(asks, asked.spanId),
      [1, 2, 0].flatMap((at) => [`ask ask-on ${at}`, `Spanning ask-on ${at}`]),
    );
    const kinds = new Set(asks.map(({ kind }) => kind));
    t.same(kinds, new Set([api.SpanKind.INTERNAL, api.SpanKind.CLIENT, api.SpanKind.SERVER]));
    t.match(asks.find(({ name }) => name === 'Spanning ask-on')?.attributes, {
      'messaging.system': 'troupe',
      'troupe.kind': 'Spanning',
      'troupe.message': 'ask-on',
      'troupe.incarnation': 0,
    });
    await assertConserved(t, system);
  });
}

t.test('spans of the application and of the runtime lie within each other', async (t) => {
  const system = await startSystem(t, { openTelemetry: true });
  const actors = spawnAll(system);
  let inner = '';
  const { traceId } = await underSpan(async () => {
    inner = await actors[1]!.ask({ type: 'work' });
  });
  const spans = await spansWhen(actors, traceId, 5);
  const of = (name: string): SeenSpan => spans.find((span) => span.name === name)!;
  t.equal(of('inner').id, inner);
  t.equal(of('inner').parentId, of('Spanning work').id);
  t.equal(of('Spanning pass').parentId, inner, 'what it sent belongs to the inner one');
});

t.test('what fails is an error in its span, and still fails', async (t) => {
  const system = await startSystem(t, { openTelemetry: true });
  const actors = spawnAll(system);
  const { traceId } = await underSpan(async () => {
    actors[1]!.tell({ type: 'fail' });
    await t.rejects(actors[1]!.ask({ type: 'refuse' }), RangeError);
  });
  const spans = await spansWhen(actors, traceId, 4);
  for (const name of ['Spanning fail', 'ask refuse', 'Spanning refuse']) {
    t.equal(spans.find((span) => span.name === name)?.status, api.SpanStatusCode.ERROR, name);
  }
});

t.test('baggage and a parent from elsewhere go along; without one a trace begins', async (t) => {
  const system = await startSystem(t, { openTelemetry: true });
  const actors = spawnAll(system);
  const remote = {
    traceId: 'request 7',
    traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`,
    baggage: { user: 'ä' },
  };
  for (const actor of actors) {
    const seen = await withTrace(remote, () => actor.ask({ type: 'under' }));
    t.equal(seen.baggage, 'ä');
    t.equal(seen.carried, `00-${TRACE_ID}-${seen.active}-01`, 'the handler has a span of its own');
    const none = await actor.ask({ type: 'under' });
    t.equal(none.baggage, 'none');
    t.notMatch(none.carried, TRACE_ID);
    const baggage = api.propagation.createBaggage({ user: { value: 'b' } });
    const scope = api.propagation.setBaggage(api.context.active(), baggage);
    await api.context.with(scope, () =>
      underSpan(async () => t.equal((await actor.ask({ type: 'under' })).baggage, 'b')),
    );
  }
  const spans = await spansOf(actors, TRACE_ID);
  const top = spans.filter(({ parentId }) => parentId === PARENT_ID);
  t.same(
    top.map(({ name }) => name),
    actors.map(() => 'ask under'),
  );
  actors[1]!.tell({ type: 'later' });
  await untilAsync('a timer has a trace of its own', async () =>
    (await actors[1]!.ask({ type: 'spans' })).some(
      ({ name, parentId }) => name === 'Spanning pass' && parentId === undefined,
    ),
  );
});

t.test('the figures are metrics of OpenTelemetry', async (t) => {
  class Reader extends MetricReader {
    protected override async onForceFlush(): Promise<void> {}
    protected override async onShutdown(): Promise<void> {}
  }
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  api.metrics.setGlobalMeterProvider(provider);
  t.teardown(() => provider.shutdown());
  const system = await startSystem(t, { openTelemetry: true, metrics: true });
  const actors = spawnAll(system);
  await actors[1]!.ask({ type: 'under' });
  const { resourceMetrics, errors } = await reader.collect();
  t.same(errors, []);
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const handled = metrics.find(({ descriptor }) => descriptor.name === 'troupe.kind_messages');
  const point = handled?.dataPoints.find(
    ({ attributes }) => attributes['kind'] === 'Spanning' && attributes['thread'] === 1,
  );
  t.equal(point?.value, 1);
  await system.stop();
  system.figures = () => {
    throw new Error('a system that has stopped is observed no more');
  };
  t.same((await reader.collect()).errors, []);
});

t.test('without the option there are no spans, without the package a clear error', async (t) => {
  // The types of the package are those that the runtime has in mind.
  const used: OtelApi = api;
  t.equal((await loadOpenTelemetry()).ROOT_CONTEXT, used.ROOT_CONTEXT);
  const before = spansHere().length;
  const system = await startSystem(t, { threads: 1 });
  const actor = system.spawn(Spanning, undefined, { placement: 0 });
  await actor.ask({ type: 'under' });
  t.equal(spansHere().length, before);
  assertTroupeError(
    t,
    await rejection(system.stop().then(() => loadOpenTelemetry('@opentelemetry/none'))),
    'ERR_OPTION',
    /npm i @opentelemetry\/none/,
  );
});
