import t from 'tap';
import { ActorSystem } from '../../runtime/index.js';
import { assertConserved } from '../support/conservation.js';
import { nextEvent, record } from '../support/events.js';
import { startSystem } from '../support/system.js';
import { Collector } from './fixtures/collector.js';
import { Branch } from './fixtures/tree.js';

t.test('no global state: two systems live in one process', async (t) => {
  const here = await startSystem(t, { name: 'here', threads: 1 });
  const there = await startSystem(t, { name: 'there', threads: 1 });
  const names = { name: 'same', placement: 1 } as const;
  const one = here.spawn(Branch, undefined, names);
  const two = there.spawn(Branch, undefined, names);
  t.equal((await one.ask({ type: 'who' })).path, '/user/same');
  t.equal((await two.ask({ type: 'who' })).path, '/user/same');
  t.match(String(one), /^troupe:\/\/here\//);
  t.match(String(two), /^troupe:\/\/there\//);
  const failuresThere = record(there, 'actor-failed');
  const failed = nextEvent(here, 'actor-failed');
  one.tell({ type: 'crash' });
  t.match((await failed).actor, /^troupe:\/\/here\//);
  t.equal((await one.ask({ type: 'who' })).path, '/user/same');
  await assertConserved(t, here);
  await assertConserved(t, there);
  t.same(failuresThere, [], 'what fails here is no event there');
  await here.stop();
  t.equal((await two.ask({ type: 'who' })).thread, 1, 'the end of one is not the end of the other');
});

t.test('no global state: systems one after the other start anew', async (t) => {
  for (let n = 0; n < 3; n++) {
    const system = await ActorSystem.start({ threads: 1 });
    const ref = system.spawn(Collector, undefined, { name: 'only', placement: 1 });
    ref.tell({ type: 'put', value: n });
    t.same(await ref.ask({ type: 'take', count: 1 }), [n]);
    t.equal((await system.stop()).clean, true);
  }
});

t.test('await using stops the system at the end of its block', async (t) => {
  let report: Promise<unknown> | undefined;
  {
    await using system = await ActorSystem.start({ threads: 1 });
    report = system.whenTerminated;
    system.spawn(Collector, undefined);
  }
  t.match(await report, { clean: true, error: undefined });
});
