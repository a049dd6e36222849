import t from 'tap';
import {
  type ActorSystem,
  type AnyRef,
  defineJob,
  type ErrorCode,
  hasCode,
} from '../../runtime/index.js';
import { Clerk } from '../observe/fixtures/office.js';
import { Blockade } from '../support/blocking.js';
import { rejection } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { SlowStarter } from './fixtures/slow-starter.js';

const Never = defineJob({
  module: import.meta.url,
  name: 'Never',
  run: (_args: undefined) => null,
});

/** Every question of the main thread about actors that is refused once the system has stopped, and how. */
const REFUSED: Readonly<
  Record<string, readonly [ErrorCode, (system: ActorSystem, ref: AnyRef) => Promise<unknown>]>
> = {
  trace: ['ERR_NO_SUCH_ACTOR', (system, ref) => system.trace(ref, () => {})],
  started: ['ERR_STOPPED', (system, ref) => system.started(ref)],
  offload: ['ERR_STOPPED', (system) => system.offload(Never, undefined)],
  serveDashboard: ['ERR_STOPPED', (system) => system.serveDashboard()],
};

t.test('a system that has stopped answers every question at once', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const refs = [0, 1].map((placement) =>
    system.spawn(Clerk, undefined, { name: `clerk-${placement}`, placement }),
  );
  await Promise.all(refs.map((ref) => ref.ask({ type: 'count' })));
  await system.stop();
  for (const ref of refs) {
    const where = `of thread ${ref.thread}`;
    for (const [name, [code, question]] of Object.entries(REFUSED)) {
      const error = await rejection(question(system, ref));
      t.ok(hasCode(error, code), `${name} ${where}: ${error}`);
    }
    t.equal(await system.inspect(ref), undefined, `inspect ${where}`);
    t.equal(await system.resolve(ref.path!), undefined, `resolve ${where}`);
    t.match((await system.inspect({ under: ref.id })).waits, []);
    for (const reason of [await system.terminated(ref), await system.stopActor(ref)]) {
      t.match(reason, { type: 'failed', error: { code: 'ERR_NO_SUCH_ACTOR' } });
    }
  }
  t.equal(system.metrics().queued, 0);
  t.equal(system.figures().system, 'troupe');
});

t.test('questions that are open when the system stops are answered', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const block = new Blockade();
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  await system.started(clerk);
  const starting = system.spawn(SlowStarter, block.words, { placement: 1 });
  const unstarted = rejection(system.started(starting));
  // From here on the thread reads nothing, so no answer can come before the stop.
  await block.entered();
  const ended = system.terminated(clerk);
  const one = rejection(system.inspect(clerk));
  const all = system.inspect();
  const { killedThreads } = await system.stop({ deadlineMs: 300 });
  block.lift();
  t.same(killedThreads, [1]);
  t.same(await ended, { type: 'killed' }, 'its thread went down with it');
  t.ok(hasCode(await one, 'ERR_STOPPED'), String(await one));
  t.match(await all, { unreachable: [1] }, 'an inspection says whom it did not reach');
  t.ok(hasCode(await unstarted, 'ERR_START_FAILED'));
});

t.test('a question to a thread that dies is answered', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const block = new Blockade();
  const starter = system.spawn(SlowStarter, block.words, { placement: 1, restart: 'permanent' });
  await block.entered();
  const asked = system.inspect(starter);
  const tree = system.inspect();
  const ended = system.terminated(starter);
  block.lift();
  system.killThread(1);
  const report = await asked;
  t.ok(report === undefined || report.incarnation >= 0, 'by its next incarnation');
  t.ok((await tree).tree !== undefined);
  await system.stopActor(starter);
  t.ok((await ended).type);
});

t.test('a question that a thread had read when it died is answered by the next', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  const [open, block] = [new Blockade(), new Blockade()];
  open.lift();
  const temporary = { placement: 1, restart: 'temporary' } as const;
  await system.started(system.spawn(SlowStarter, open.words, temporary));
  // Read in one go: the answer waits for the end of a turn that does not end.
  const asked = system.inspect(clerk);
  const tree = system.inspect();
  system.spawn(SlowStarter, block.words, temporary);
  await block.entered();
  system.killThread(1);
  const report = await asked;
  t.ok(report !== undefined && report.incarnation >= 0, 'the clerk is there again');
  t.same((await tree).unreachable, []);
});
