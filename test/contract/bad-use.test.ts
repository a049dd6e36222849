import t from 'tap';
import { assertConserved } from '../support/conservation.js';
import { assertTroupeError, rejection, thrown } from '../support/errors.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { Collector } from './fixtures/collector.js';
import { Keeping, Odd } from './fixtures/odd.js';

t.test('ERR_NOT_SENDABLE: the sender hears which key cannot be sent', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const ref = system.spawn(Collector, undefined, { placement: 1 });
  const values: readonly (readonly [unknown, RegExp])[] = [
    [{ list: [1, { call: () => 1 }] }, /a function \(call\).*message\.value\.list\[1\]\.call/],
    [Symbol('s'), /a symbol.*message\.value/],
    [Promise.resolve(), /Promise.*message\.value.*await it/],
    [new URL('http://localhost/'), /URL.*url\.href/],
    [new AbortController().signal, /AbortSignal/],
    [new WeakMap(), /WeakMap/],
    [new (class Money {})(), /Money.*register a codec for Money/],
  ];
  for (const [value, says] of values) {
    const error = thrown(() => ref.tell({ type: 'put', value }));
    assertTroupeError(t, error, 'ERR_NOT_SENDABLE', says);
    assertTroupeError(
      t,
      await rejection(ref.send({ type: 'put', value })),
      'ERR_NOT_SENDABLE',
      says,
    );
  }
  for (const { placement } of PLACES) {
    const target = system.spawn(Collector, undefined, { placement });
    for (const message of [undefined, null, 'put', 7]) {
      const error = thrown(() => target.tell(message as never));
      assertTroupeError(t, error, 'ERR_NOT_SENDABLE', /a message is an object with a 'type'/);
      assertTroupeError(t, await rejection(target.ask(message as never)), 'ERR_NOT_SENDABLE');
    }
  }
  const detached = new ArrayBuffer(8);
  structuredClone(detached, { transfer: [detached] });
  const options = { transfer: [detached] };
  assertTroupeError(
    t,
    thrown(() => ref.tell({ type: 'put', value: detached }, options)),
    'ERR_NOT_SENDABLE',
  );
  const args = { deep: { handle: () => 1 } };
  const spawned = thrown(() =>
    system.spawn(Collector as never, args as never, { placement: 1, name: 'x' }),
  );
  assertTroupeError(t, spawned, 'ERR_NOT_SENDABLE', /deep\.handle/);
  t.equal(await system.resolve('/user/x'), undefined, 'nothing is left of it');
  await assertConserved(t, system);
  t.same(await ref.ask({ type: 'take', count: 0 }), [], 'and nothing came through');
});

t.test('ERR_TOO_LARGE: a message beyond the limit', async (t) => {
  const system = await startSystem(t, { threads: 1, maxMessageBytes: 100_000 });
  const ref = system.spawn(Collector, undefined, { placement: 1 });
  const value = 'x'.repeat(200_000);
  const says = [/100000 bytes/, /raise maxMessageBytes/];
  assertTroupeError(
    t,
    thrown(() => ref.tell({ type: 'put', value })),
    'ERR_TOO_LARGE',
    ...says,
  );
  assertTroupeError(t, await rejection(ref.send({ type: 'put', value })), 'ERR_TOO_LARGE', ...says);
  t.equal(ref.tell({ type: 'put', value: 'x'.repeat(50_000) }), true);
  t.equal((await ref.ask({ type: 'take', count: 1 })).length, 1);
  await assertConserved(t, system);
});

t.test('ERR_STOPPED: a system that has stopped; a second stop is the first', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const ref = system.spawn(Collector, undefined);
  const stopping = system.stop();
  assertTroupeError(
    t,
    thrown(() => system.spawn(Collector, undefined)),
    'ERR_STOPPED',
  );
  t.equal(system.stop(), stopping, 'the same promise');
  t.equal((await stopping).clean, true);
  t.equal(system.stop(), stopping, 'also afterwards');
  t.equal(await system.whenTerminated, await stopping);
  for (const call of [
    () => system.spawn(Collector, undefined),
    () => system.spawnPool(Collector, undefined, { size: 1 }),
  ]) {
    assertTroupeError(t, thrown(call), 'ERR_STOPPED', 'start a new system');
  }
  assertTroupeError(t, await rejection(ref.ask({ type: 'take', count: 0 })), 'ERR_STOPPED');
});

t.test('ERR_CONTEXT: the context where it has no meaning', async (t) => {
  const system = await startSystem(t, { threads: 1, supervision: { intensity: 100 } });
  for (const { placement } of PLACES) {
    const odd = () => system.spawn(Odd, undefined, { placement });
    const stranger = system.spawn(Collector, undefined, { placement });
    const cases = [
      [{ type: 'stop-child', child: stranger }, /no child of this actor/],
      [{ type: 'started', child: stranger }, /no child of this actor/],
      [{ type: 'stop-and-spawn' }, /is ending spawns no children/],
      [{ type: 'stop-and-set-timer' }, /is ending starts no timers/],
    ] as const;
    for (const [message, says] of cases) {
      assertTroupeError(t, await rejection(odd().ask(message)), 'ERR_CONTEXT', says, 'mend');
    }
    const twice = system.spawn(Odd, undefined, { placement, restart: 'temporary' });
    const terminated = system.terminated(twice);
    twice.tell({ type: 'requester' });
    const reason = await terminated;
    assertTroupeError(t, reason.type === 'failed' && reason.error, 'ERR_CONTEXT', /was not asked/);
    const keeping = system.spawn(Keeping, undefined, { placement });
    keeping.tell({ type: 'crash' });
    const uses = await keeping.ask({ type: 'use' });
    t.same(uses.slice(-2), ['ERR_CONTEXT', 'number'], 'that of the old incarnation is closed');
  }
});

t.test('ERR_FOREIGN_REF: a reference of another system', async (t) => {
  const system = await startSystem(t, { threads: 1, name: 'here' });
  const other = await startSystem(t, { threads: 1, name: 'there' });
  // The same addresses are given in both, so a foreign one would mean somebody here.
  const foreign = [0, 1].map((placement) => other.spawn(Odd, undefined, { placement }));
  const own = [0, 1].map((placement) => system.spawn(Odd, undefined, { placement }));
  const collector = system.spawn(Collector, undefined, { placement: 1 });
  await Promise.all(own.map((ref) => system.started(ref)));
  for (const ref of foreign) {
    const told = thrown(() => collector.tell({ type: 'put', value: ref }));
    assertTroupeError(t, told, 'ERR_NOT_SENDABLE', 'message.value', 'troupe://there/');
    assertTroupeError(t, told.cause, 'ERR_FOREIGN_REF');
    for (const call of [
      () => system.terminated(ref),
      () => system.stopActor(ref),
      () => system.inspect(ref),
      () => system.started(ref),
    ]) {
      assertTroupeError(t, await rejection((async () => call())()), 'ERR_FOREIGN_REF');
    }
    for (const what of ['watch', 'link', 'stopChild', 'ask'] as const) {
      t.equal(await own[0]!.ask({ type: 'attempt', what, other: ref }), 'ERR_FOREIGN_REF', what);
    }
    t.equal(ref.tell({ type: 'noop' }), true, 'it still works through its own system');
  }
  for (const ref of own) t.equal((await system.inspect(ref))?.status, 'running', 'nobody was hit');
});
