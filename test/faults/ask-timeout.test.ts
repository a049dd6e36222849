import t, { type Test } from 'tap';
import { type ActorRef, type ActorSystem, TroupeError } from '../../runtime/index.js';
import { eventually } from '../contract/fixtures-b/kit.js';
import { Subject, type SubjectMessage } from '../contract/fixtures-b/subject.js';
import { rejection } from '../support/errors.js';
import { startFor } from './support/started.js';
import { Witness } from './support/witness.js';

/** Longer than it takes until a target that does not answer is asked how it does. */
const TIMEOUT_MS = 150;

async function textOf(t: Test, ask: Promise<unknown>, target: { id: string }): Promise<string> {
  const error = await rejection(ask);
  t.ok(error instanceof TroupeError && error.code === 'ERR_ASK_TIMEOUT', String(error));
  t.match(error.message, `no reply within ${TIMEOUT_MS} ms`, 'how long');
  t.match(error.message, target.id, 'the target');
  t.match(error.message, /mend: /);
  return error.message;
}

/** An actor that holds its turn, with three messages behind that. */
async function held(system: ActorSystem, placement: number): Promise<ActorRef<SubjectMessage>> {
  const options = { placement, name: 'held', shutdownMs: 10 };
  const target = system.spawn(Subject, { label: 'x' }, options);
  target.tell({ type: 'hold' });
  for (let i = 0; i < 3; i++) target.tell({ type: 'note', text: 'waits' });
  await eventually('it holds', async () => (await system.inspect(target))?.queued === 3);
  return target;
}

for (const placement of [0, 1]) {
  t.test(
    `an ask that times out says what its target on thread ${placement} is doing`,
    async (t) => {
      const { system } = await startFor(t, { stopDeadlineMs: 200 });
      const target = await held(system, placement);
      const ask = target.ask({ type: 'report' }, { timeoutMs: TIMEOUT_MS });
      const text = await textOf(t, ask, target);
      t.match(text, 'troupe://troupe/user/held#', 'by its path');
      t.match(text, 'Subject is running', 'its kind and state');
      t.match(text, "waiting in 'hold'", 'its handler');
      t.match(text, '4 messages queued', 'its queue, the question among them');
      await system.stop();
    },
  );

  t.test(
    `an ask to an actor on thread ${placement} that waits for its restart says so`,
    async (t) => {
      const { system, events } = await startFor(t);
      const backoff = { minMs: 60_000, maxMs: 60_000 };
      const target = system.spawn(Subject, { label: 'x' }, { placement, backoff });
      target.tell({ type: 'boom' });
      await events.until('actor-failed');
      const ask = target.ask({ type: 'report' }, { timeoutMs: TIMEOUT_MS });
      const text = await textOf(t, ask, target);
      t.match(text, /Subject is suspended, 1 messages queued/);
      t.match(await system.stop({ deadlineMs: 500 }), { alive: [], killedThreads: [] });
    },
  );

  t.test(`an ask to an actor on thread ${placement} that has not started says so`, async (t) => {
    const { system } = await startFor(t, { stopDeadlineMs: 500 });
    const holder = await held(system, 2);
    // Its `init` waits for one who never answers.
    const ledger = holder as never;
    const target = system.spawn(Subject, { label: 'x', ledger }, { placement, shutdownMs: 10 });
    const ask = target.ask({ type: 'report' }, { timeoutMs: TIMEOUT_MS });
    const text = await textOf(t, ask, target);
    t.match(text, /Subject is starting, waiting in 'init', 1 messages queued/);
    await system.stop();
  });
}

t.test('an ask to an actor of a thread that another one blocks names who blocks it', async (t) => {
  const { system } = await startFor(t, { stopDeadlineMs: 300 });
  const target = system.spawn(Subject, { label: 'x' }, { placement: 1 });
  const blocker = system.spawn(Witness, {}, { placement: 1 });
  await Promise.all([target.ask({ type: 'report' }), blocker.ask({ type: 'report' })]);
  blocker.tell({ type: 'end-thread', by: 'endless loop' });
  const ask = target.ask({ type: 'report' }, { timeoutMs: TIMEOUT_MS });
  const text = await textOf(t, ask, target);
  t.match(text, "thread 1 is busy with Witness, message 'end-thread'");
  t.match(await system.stop(), { killedThreads: [1] });
});

t.test('an ask to an actor of a thread that is dead for now says so', async (t) => {
  const { system } = await startFor(t);
  const target = system.spawn(Subject, { label: 'x' }, { placement: 1 });
  await target.ask({ type: 'report' });
  const ask = new Promise<never>((_, reject) => {
    system.events.once('thread-died', () => {
      // Much shorter than a thread takes to start.
      target.ask({ type: 'report' }, { timeoutMs: 2 }).catch(reject);
    });
  });
  system.killThread(1);
  t.match((await rejection(ask)).message, /no reply within 2 ms; thread 1 is not running/);
  t.match(await system.stop(), { clean: true });
});
