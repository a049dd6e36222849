import t from 'tap';
import type { StopReport } from '../../runtime/index.js';
import { conserves, eventually, limited } from '../contract/fixtures-b/kit.js';
import { Subject } from '../contract/fixtures-b/subject.js';
import { type Ended, runProcess } from './support/run-process.js';
import { ms, scaled } from './support/scale.js';
import { Scene } from './support/scene.js';
import { startFor } from './support/started.js';
import { turns } from './support/turns.js';
import { Witness } from './support/witness.js';

const PHASES = ['no-new-work', 'drain', 'stop-trees', 'flush-journals', 'threads-down'];

/** Runs a scenario in a process of its own, which ends by itself or fails the test. */
function scenario(name: string, ...args: string[]): Promise<Ended> {
  return runProcess('stop-script', [name, ...args]);
}

function reportOf({ said }: Ended): StopReport {
  return said.find((line) => 'report' in line)!['report'] as StopReport;
}

function phasesOf({ phases }: StopReport): string {
  return phases
    .map(({ phase, ms: took, completed }) => {
      return `${phase} ${ms(took)}${completed ? '' : ' (given up)'}`;
    })
    .join(', ');
}

t.test(
  'a stop in which every phase that can run into its limit does so tells who was alive in each',
  async (t) => {
    const { system } = await startFor(t);
    const holder = system.spawn(
      Subject,
      { label: 'x' },
      { name: 'holder', placement: 0, shutdownMs: 10 },
    );
    const hanging = { name: 'hanging', placement: 1, shutdownMs: 'infinity' } as const;
    const hanger = system.spawn(Subject, { label: 'x', onStop: 'hang' }, hanging);
    const blocker = system.spawn(Witness, {}, { name: 'blocker', placement: 2 });
    await Promise.all([hanger.ask({ type: 'report' }), blocker.ask({ type: 'report' })]);
    holder.tell({ type: 'hold' });
    holder.tell({ type: 'note', text: 'never handled' });
    blocker.tell({ type: 'end-thread', by: 'endless loop' });
    const report = await limited('the stop', system.stop({ deadlineMs: 1000 }));
    t.same(
      report.phases.map(({ phase }) => phase),
      PHASES,
    );
    t.same(
      report.phases.filter(({ completed }) => !completed).map(({ phase }) => phase),
      ['drain', 'stop-trees'],
    );
    t.match(report, { clean: false, killedThreads: [2], error: undefined });
    for (const who of [
      /\/user\/holder#/,
      /\/user\/hanging#/,
      /^thread 2: Witness in 'end-thread'$/,
    ]) {
      t.ok(
        report.alive.some((each) => who.test(each)),
        `${who} among ${report.alive.join(', ')}`,
      );
    }
    t.ok(conserves(system).holds, conserves(system).says);
    t.equal(system.metrics().total['dead:stopped'], 1, 'what was never handled is a dead letter');
    t.comment(`deadline 1000 ms: ${ms(report.ms)}; ${phasesOf(report)}`);
  },
);

t.test(
  'a deadline that is over at once still ends every thread, and is told from a clean stop',
  async (t) => {
    const { system, events } = await startFor(t, { watchdog: { warnMs: 50 } });
    const actors = [0, 1, 2].map((placement) => system.spawn(Witness, {}, { placement }));
    await Promise.all(actors.map((actor) => actor.ask({ type: 'report' })));
    actors[1]!.tell({ type: 'end-thread', by: 'endless loop' });
    await events.until('thread-blocked', ({ thread }) => thread === 1);
    const report = await limited('the stop', system.stop({ deadlineMs: 0.001 }));
    t.same(
      report.phases.map(({ phase }) => phase),
      PHASES,
    );
    t.equal(report.clean, false);
    t.ok(report.killedThreads.includes(1));
    t.ok(report.alive.length > 0);
    t.same(system.aliveThreads, [0]);
  },
);

t.test(
  'a stop at any moment of the replacement of a thread, under traffic, leaves nobody',
  async (t) => {
    const moments = scaled([0, 3, 30, 300], [0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 400, 800, 1600]);
    for (const moment of moments) {
      const { system, events } = await Scene.begin(t, {}, { manyDeaths: true });
      system.killThread(1);
      await turns(moment);
      const report = await limited('the stop', system.stop({ deadlineMs: 8000 }));
      t.match(report, { alive: [], killedThreads: [], error: undefined }, `after ${moment} turns`);
      t.same(system.aliveThreads, [0]);
      const { holds, says } = conserves(system);
      t.ok(holds, says);
      const replaced = events.seen('thread-replaced').length;
      t.comment(
        `stopped ${moment} turns after the kill, ${replaced} replaced: ${phasesOf(report)}`,
      );
    }
  },
);

t.test('both threads die during a stop, and it ends all the same', async (t) => {
  const { system } = await Scene.begin(t, {}, { manyDeaths: true });
  // Time enough for two new threads on a slow machine: what a stop has to give up stays queued.
  const stopping = system.stop({ deadlineMs: 60_000 });
  for (const thread of [1, 2]) system.killThread(thread);
  const report = await limited('the stop', stopping, 60_000);
  t.match(report, { alive: [], error: undefined });
  t.same(system.aliveThreads, [0]);
  await eventually('nothing is queued', () => system.metrics().queued <= 0);
  t.ok(conserves(system).holds, conserves(system).says);
});

t.test(
  'SIGTERM under overload: the process ends by itself, and every message is accounted for',
  async (t) => {
    const ended = await scenario('overload');
    const report = reportOf(ended);
    t.match(ended, { signal: null, stderr: '', code: report.clean ? 0 : 3 });
    t.same(report.killedThreads, []);
    const { missing, queued } = ended.said.find((line) => 'missing' in line)!;
    // What a drain that was given up has left in rings and behind them is still there.
    t.equal(missing, queued, 'sent = handled + dead letters + still queued');
    if (report.clean) t.equal(queued, 0);
    t.comment(phasesOf(report));
  },
);

t.test(
  'SIGTERM while a handler blocks its thread: it is named, the thread ended by force',
  async (t) => {
    const ended = await scenario('blocked');
    t.match(ended, { code: 3, signal: null, stderr: '' });
    const report = reportOf(ended);
    t.match(report, { clean: false, killedThreads: [1] });
    t.ok(report.alive.includes("thread 1: Witness in 'end-thread'"), report.alive.join(', '));
    t.ok(report.alive.some((who) => who.includes('/user/blocked#')));
    t.comment(phasesOf(report));
  },
);

t.test(
  'SIGTERM with an actor whose end does not come: it is named, the process ends',
  async (t) => {
    const ended = await scenario('hanging');
    t.match(ended, { code: 3, signal: null, stderr: '' });
    t.ok(reportOf(ended).alive.some((who) => who.includes('/user/hanging#')));
  },
);

t.test('SIGTERM while a thread is being replaced: the process ends by itself', async (t) => {
  for (const moment of scaled(['0', '20'], ['0', '1', '5', '20', '100', '500'])) {
    const ended = await scenario('replacing', moment);
    const report = reportOf(ended);
    t.match(ended, { code: report.clean ? 0 : 3, signal: null, stderr: '' });
    t.match(report, { alive: [], killedThreads: [] }, `after ${moment} turns`);
  }
});

t.test(
  'SIGTERM while a thread dies again and again: the process ends within its deadline',
  async (t) => {
    const ended = await scenario('crash-loop');
    const report = reportOf(ended);
    t.match(ended, { code: report.clean ? 0 : 3, signal: null, stderr: '' });
    t.same(
      report.phases.map(({ phase }) => phase),
      PHASES,
    );
    t.comment(`deadline 2000 ms: ${ms(report.ms)}; ${phasesOf(report)}`);
  },
);

t.test('SIGTERM, SIGINT and three calls at a time are one stop with one report', async (t) => {
  const ended = await scenario('concurrent');
  t.match(ended, { code: reportOf(ended).clean ? 0 : 3, signal: null, stderr: '' });
  t.match(
    ended.said.find((line) => 'same' in line),
    { same: 1 },
  );
  t.equal(ended.said.filter((line) => 'report' in line).length, 1);
});
