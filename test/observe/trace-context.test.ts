import t from 'tap';
import { currentTrace, withTrace } from '../../runtime/index.js';
import { assertConserved } from '../support/conservation.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Relay } from './fixtures/relay.js';

const CONTEXT = {
  traceId: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  baggage: { user: 'ä' },
};

for (const options of [{}, { metrics: true }, { strict: true }]) {
  const named = JSON.stringify(options);
  t.test(`a context goes with all that is sent under it, over all threads, ${named}`, async (t) => {
    const system = await startSystem(t, { traceContext: true, ...options });
    const relays = [0, 1, 2, 1, 0, 2, 2].map((placement) =>
      system.spawn(Relay, undefined, { placement }),
    );
    const seen = () => Promise.all(relays.map((relay) => relay.ask({ type: 'seen' })));
    for (const how of ['tell', 'send'] as const) {
      withTrace({ traceId: how }, () =>
        relays[0]!.tell({ type: 'pass', to: relays.slice(1), how }),
      );
      await until('it went through all', () => system.metrics().queued === 0);
      let all = await seen();
      while (all.some((each) => !each.includes(how))) all = await seen();
    }
    t.same(
      await seen(),
      relays.map(() => ['tell', 'send']),
    );
    for (const relay of relays) {
      const other = relays[(relays.indexOf(relay) + 1) % relays.length]!;
      await withTrace(CONTEXT, async () => {
        t.same(await relay.ask({ type: 'who' }), CONTEXT);
        t.same(await relay.ask({ type: 'passed-on', to: other }), CONTEXT, 'forwarded');
        t.same(await relay.ask({ type: 'ask-on', to: other }), CONTEXT, 'asked on');
        t.same(currentTrace(), CONTEXT, 'it is still there afterwards');
      });
      t.equal(await relay.ask({ type: 'who' }), null, 'and nowhere else');
    }
    await assertConserved(t, system);
  });
}

t.test('a stashed message keeps its context, a timer has none', async (t) => {
  const system = await startSystem(t, { traceContext: true, threads: 1 });
  const relay = system.spawn(Relay, undefined, { placement: 1 });
  withTrace({ traceId: 'first' }, () => relay.tell({ type: 'stash' }));
  t.same(await relay.ask({ type: 'seen' }), ['stashed', 'first']);
  withTrace({ traceId: 'second' }, () => relay.tell({ type: 'later' }));
  let seen = await relay.ask({ type: 'seen' });
  while (seen.length < 3) seen = await relay.ask({ type: 'seen' });
  t.same(seen, ['stashed', 'first', null]);
});

t.test('a dead letter and a failure are the same with a context and without', async (t) => {
  const system = await startSystem(t, { traceContext: true, threads: 1 });
  const letters: string[] = [];
  system.events.on('dead-letter', ({ reason, type }) => letters.push(`${reason} ${type}`));
  for (const placement of [0, 1]) {
    const relay = system.spawn(Relay, undefined, { placement });
    await system.started(relay);
    await withTrace(CONTEXT, async () => {
      relay.tell({ type: 'unheard' } as never);
      await t.rejects(relay.ask({ type: 'unasked' } as never), { code: 'ERR_UNHANDLED' });
      await system.stopActor(relay);
      await t.rejects(relay.ask({ type: 'who' }), { code: 'ERR_NO_SUCH_ACTOR' });
      relay.tell({ type: 'note' });
      t.throws(() => relay.tell(undefined as never), { code: 'ERR_NOT_SENDABLE' });
    });
  }
  await until('all are told', () => letters.length >= 8);
  t.same(
    new Set(letters),
    new Set(['unhandled unheard', 'unhandled unasked', 'no-such-actor who', 'no-such-actor note']),
  );
});

t.test('without the option nothing travels', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const relay = system.spawn(Relay, undefined, { placement: 1 });
  t.equal(await withTrace(CONTEXT, () => relay.ask({ type: 'who' })), null);
});
