import t from 'tap';
import { observeWith } from '../../runtime/index.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Clerk } from './fixtures/office.js';

interface Instrument {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
}

/** What one collection has seen: instrument, value, attributes. */
type Seen = readonly [instrument: Instrument, value: number, attributes: Record<string, unknown>];
type Callback = (result: {
  observe(instrument: Instrument, value: number, attributes?: Record<string, unknown>): void;
}) => void;

/** A meter with the signatures of `@opentelemetry/api`, which collects when it is told to. */
class FakeMeter {
  readonly instruments: Instrument[] = [];
  readonly callbacks = new Map<Callback, Instrument[]>();

  createObservableCounter(name: string, _options?: { description?: string }): Instrument {
    return this.#made({ name, kind: 'counter' });
  }

  createObservableGauge(name: string, _options?: { description?: string }): Instrument {
    return this.#made({ name, kind: 'gauge' });
  }

  addBatchObservableCallback(callback: Callback, instruments: Instrument[]): void {
    this.callbacks.set(callback, instruments);
  }

  removeBatchObservableCallback(callback: Callback, _instruments: Instrument[]): void {
    this.callbacks.delete(callback);
  }

  collect(): Seen[] {
    const seen: Seen[] = [];
    for (const [callback, own] of this.callbacks) {
      callback({
        observe: (instrument, value, attributes = {}) => {
          // OpenTelemetry drops what was not announced.
          if (own.includes(instrument)) seen.push([instrument, value, attributes]);
          else throw new Error(`observed, but not announced: ${JSON.stringify(attributes)}`);
        },
      });
    }
    return seen;
  }

  #made(instrument: Instrument): Instrument {
    this.instruments.push(instrument);
    return instrument;
  }
}

t.test('a meter of OpenTelemetry sees what the counters say, at each collection', async (t) => {
  const system = await startSystem(t, { metrics: true });
  const meter = new FakeMeter();
  const end = observeWith(system, meter);
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  for (let i = 0; i < 10; i++) clerk.tell({ type: 'note', text: 'x' });
  await clerk.ask({ type: 'count' });
  const value = (name: string, attributes: Record<string, unknown>): number | undefined =>
    meter
      .collect()
      .find(
        ([instrument, , given]) =>
          instrument.name === `troupe.${name}` &&
          Object.entries(attributes).every(([key, each]) => given[key] === each),
      )?.[1];
  t.equal(
    value('messages_handled', { thread: 1, system: 'troupe' }),
    system.metrics().threads[1]!.handled,
  );
  t.equal(value('kind_messages', { kind: 'Clerk', thread: 1 }), 11);
  t.equal(value('thread_up', { thread: 2 }), 1);
  t.equal(value('dead_letters', { thread: 1, reason: 'unhandled' }), 0);
  await until(
    'lag was measured in between',
    () => (value('event_loop_lag_p99_seconds', {}) ?? 0) > 0,
  );
  const names = meter.instruments.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'no name is given twice');
  const finite = meter.collect().every(([, each]) => Number.isFinite(each));
  t.ok(finite);
  end();
  t.same(meter.collect(), []);
});

t.test('without metrics the counters are observed, and nothing that is not measured', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const meter = new FakeMeter();
  observeWith(system, meter);
  const seen = new Set(meter.collect().map(([{ name }]) => name));
  t.ok(seen.has('troupe.messages_sent'));
  t.notOk(seen.has('troupe.heap_used_bytes'));
  t.notOk(seen.has('troupe.kind_messages'));
});
