import t from 'tap';
import { ActorSystem, hasCode, type StopReport } from '../../runtime/index.js';
import { LastWords, type LastWordsArgs } from './fixtures/last-words.js';
import { List } from './fixtures-b/bosses.js';
import { conserves, eventually, limited, start } from './fixtures-b/kit.js';
import { runScript } from './fixtures-b/run-script.js';
import { Subject } from './fixtures-b/subject.js';

const PHASES = ['no-new-work', 'drain', 'stop-trees', 'flush-journals', 'threads-down'];

t.test(
  '"phases in order (no new work, drain, stop trees in reverse, flush journals, threads down)"',
  async (t) => {
    const { system, events } = await start();
    const actors = [0, 1, 2, 1].map((placement, i) =>
      system.spawn(Subject, { label: `top ${i}` }, { placement }),
    );
    await Promise.all(actors.map((actor) => actor.ask({ type: 'report' })));
    const report = await system.stop();
    t.same(
      report.phases.map(({ phase }) => phase),
      PHASES,
    );
    t.ok(report.phases.every(({ completed, ms }) => completed && ms >= 0));
    t.match(report, { clean: true, alive: [], killedThreads: [], error: undefined });
    t.same(
      events.user('stopped').map(({ label }) => label),
      ['top 3', 'top 2', 'top 1', 'top 0'],
      'in reverse',
    );
    t.ok(report.ms >= Math.max(...report.phases.map(({ ms }) => ms)), 'one overall time');
  },
);

t.test(
  'what is told to threads as the last trees end is accounted for: nothing stays in a ring',
  async (t) => {
    const { system } = await start();
    const count = 10_000;
    const gone = system.spawn(Subject, { label: 'gone' }, { placement: 1 });
    await system.stopActor(gone);
    const to = gone as unknown as LastWordsArgs['to'];
    // The first is the last to end, right before the threads do.
    const speakers = [0, 1, 2].map((placement) =>
      system.spawn(LastWords, { to, count }, { placement }),
    );
    await Promise.all(speakers.map((ref) => system.started(ref)));
    const report = await system.stop();
    t.ok(report.clean);
    const metrics = system.metrics();
    t.equal(metrics.queued, 0);
    t.equal(metrics.deadLetters, 3 * count);
  },
);

t.test(
  '"no new work": spawn and ask from outside are refused from the call of stop on',
  async (t) => {
    const { system } = await start();
    const actor = system.spawn(Subject, { label: 'x' }, { placement: 1 });
    await actor.ask({ type: 'report' });
    const stopping = system.stop();
    t.throws(() => system.spawn(Subject, { label: 'y' }), { code: 'ERR_STOPPED' });
    await t.rejects(actor.ask({ type: 'report' }), { code: 'ERR_STOPPED' });
    t.ok((await stopping).clean);
    t.throws(() => system.spawn(Subject, { label: 'y' }), { code: 'ERR_STOPPED' });
    await t.rejects(actor.ask({ type: 'report' }), { code: 'ERR_STOPPED' });
    t.equal(actor.tell({ type: 'note', text: 'late' }), false, 'a dead letter');
    t.equal(system.metrics().total['dead:system-stopped'], 1);
    t.ok(conserves(system).holds, conserves(system).says);
  },
);

t.test(
  '"drain": what was sent before the stop is handled, and open asks are answered',
  async (t) => {
    const { system } = await start();
    const actors = [0, 1, 2].map((placement) =>
      system.spawn(Subject, { label: 'x' }, { placement }),
    );
    for (let i = 0; i < 5000; i++)
      for (const actor of actors) actor.tell({ type: 'note', text: String(i) });
    const answers = actors.map((actor) => actor.ask({ type: 'report' }));
    const report = await system.stop();
    t.ok(report.clean);
    for (const answer of answers) t.equal((await answer).notes.length, 5000);
    const { total, deadLetters, queued } = system.metrics();
    t.equal(deadLetters, 0);
    t.equal(queued, 0);
    t.equal(total.handled, total.sent);
  },
);

t.test(
  '"each with a limit, one overall deadline, and a report of who was still alive": an actor that does not end',
  async (t) => {
    const { system } = await start();
    const options = { name: 'stubborn', shutdownMs: 'infinity' } as const;
    const actor = system.spawn(
      Subject,
      { label: 'x', onStop: 'hang' },
      { ...options, placement: 1 },
    );
    await actor.ask({ type: 'report' });
    const report = await limited('the stop', system.stop({ deadlineMs: 300 }));
    t.equal(report.clean, false);
    t.same(
      report.phases.map(({ phase }) => phase),
      PHASES,
      'the later phases are not left out',
    );
    t.same(
      report.phases.filter(({ completed }) => !completed).map(({ phase }) => phase),
      ['stop-trees'],
    );
    t.ok(
      report.alive.some((who) => who.includes('/user/stubborn')),
      String(report.alive),
    );
  },
);

t.test(
  '"who was still alive": a handler that blocks its thread is named, and the thread ended by force',
  async (t) => {
    const { system } = await start();
    const actor = system.spawn(Subject, { label: 'x' }, { placement: 1 });
    await actor.ask({ type: 'report' });
    actor.tell({ type: 'fault', how: 'loop' });
    const report = await limited('the stop', system.stop({ deadlineMs: 500 }));
    t.equal(report.clean, false);
    t.same(report.killedThreads, [1]);
    t.ok(
      report.alive.some((who) => /thread 1: Subject in 'fault'/.test(who)),
      String(report.alive),
    );
  },
);

t.test('"one overall deadline": messages that never end do not hold up the stop', async (t) => {
  const { system } = await start();
  const holder = system.spawn(Subject, { label: 'holder' }, { placement: 1, shutdownMs: 10 });
  holder.tell({ type: 'hold' });
  await eventually('it holds its turn', async () => {
    return (await system.inspect(holder))?.handling === 'hold';
  });
  for (let i = 0; i < 10; i++) holder.tell({ type: 'note', text: 'never' });
  const report = await limited('the stop', system.stop({ deadlineMs: 500 }));
  t.same(
    report.phases.filter(({ completed }) => !completed).map(({ phase }) => phase),
    ['drain'],
  );
  t.equal(system.metrics().total['dead:stopped'], 10, 'what was not handled is a dead letter');
  t.ok(conserves(system).holds, conserves(system).says);
});

t.test('stop called twice, at once and later, is one stop with one report', async (t) => {
  const { system } = await start();
  const reports = await Promise.all([
    system.stop(),
    system.stop({ deadlineMs: 1 }),
    system.whenTerminated,
  ]);
  t.equal(reports[0], reports[1]);
  t.equal(reports[0], reports[2]);
  t.equal(await system.stop(), reports[0]);
  t.ok(reports[0].clean);
  await system[Symbol.asyncDispose]();
});

t.test(
  'stop while a thread is dead, being replaced, or just back: in order, nobody is left',
  async (t) => {
    const moments = ['killed', 'died', 'replacing', 'replaced'] as const;
    for (const moment of moments) {
      const { system } = await start();
      const list = system.spawn(
        List,
        {
          children: [0, 1, 2].map((place) => ({
            args: { label: `on ${place}` },
            options: { placement: place },
          })),
        },
        { placement: 2 },
      );
      const actor = system.spawn(Subject, { label: 'x' }, { placement: 1 });
      await Promise.all([system.started(list), actor.ask({ type: 'report' })]);
      const stopped = new Promise<StopReport>((resolve) => {
        const stop = (): void => void system.stop({ deadlineMs: 8000 }).then(resolve);
        if (moment === 'died') system.events.once('thread-died', stop);
        if (moment === 'replacing') system.events.once('thread-died', () => setImmediate(stop));
        if (moment === 'replaced') system.events.once('thread-replaced', stop);
        system.killThread(1);
        if (moment === 'killed') stop();
      });
      const report = await limited('the stop', stopped);
      t.match(report, { clean: true, alive: [], killedThreads: [] }, moment);
    }
  },
);

t.test('stop during the start: a start that fails leaves nothing behind', async (t) => {
  const module = new URL('./fixtures-b/broken-codec.js', import.meta.url).href;
  const entry = { module, name: 'default' };
  await t.rejects(ActorSystem.start({ threads: 2, entry }), { code: 'ERR_THREAD_START' });
  await t.rejects(ActorSystem.start({ threads: 2, codecs: [{ module, name: 'X' } as never] }));
  await t.rejects(ActorSystem.start({ threads: -1 }), { code: 'ERR_OPTION' });
});

t.test(
  'a failure of the root stops the system by itself, with the error in the report',
  async (t) => {
    const { system } = await start({ supervision: { intensity: 0 } });
    const actor = system.spawn(Subject, { label: 'x' }, { placement: 1 });
    const other = system.spawn(Subject, { label: 'y' }, { placement: 2 });
    await other.ask({ type: 'report' });
    actor.tell({ type: 'boom' });
    const report = await limited('the end', system.whenTerminated);
    t.ok(hasCode(report.error, 'ERR_RESTART_INTENSITY'));
    t.match(report, { alive: [], killedThreads: [] });
    t.equal(await system.stop(), report);
  },
);

t.test('"After it nothing keeps the process alive"', async (t) => {
  const clean = { report: { clean: true, alive: [], killedThreads: [] } };
  const expected: Readonly<Record<string, readonly object[]>> = {
    idle: [clean],
    used: [clean],
    killed: [clean],
    'killed-while-replaced': [clean],
    'open-ask': [
      { report: { phases: PHASES.map((phase) => ({ phase, completed: phase !== 'drain' })) } },
      { error: 'ERR_STOPPED' },
    ],
    'root-failed': [
      { report: { alive: [], killedThreads: [], error: { code: 'ERR_RESTART_INTENSITY' } } },
    ],
    'start-failed': [{ error: 'ERR_THREAD_START' }],
    'two-systems': [clean],
  };
  for (const [scenario, lines] of Object.entries(expected)) {
    const { code, signal, said, stderr } = await runScript('stop-script', [scenario]);
    t.match({ code, signal, said, stderr }, { code: 0, signal: null, stderr: '' }, scenario);
    for (const line of lines) {
      t.match(
        said.find((one) => Object.keys(line)[0]! in one),
        line,
        scenario,
      );
    }
  }
});

t.test(
  '"SIGTERM and SIGINT wired on request": under load the process ends by itself and in order',
  async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const ended = await runScript('stop-script', ['sigterm'], (line, child) => {
        // Twice: a second signal is no second stop.
        if (line['ready'] === true) for (let i = 0; i < 2; i++) child.kill(signal);
      });
      t.match(ended, { code: 0, signal: null, stderr: '' }, signal);
      t.match(
        ended.said.find((line) => 'report' in line),
        { report: { clean: true, alive: [], killedThreads: [] } },
      );
      t.match(
        ended.said.find((line) => 'refusals' in line),
        { refusals: ['ERR_STOPPED'] },
      );
    }
  },
);
