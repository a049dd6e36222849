import { ActorSystem, type StopReport, type SystemOptions } from '../../../runtime/index.js';
import { Subject } from '../../contract/fixtures-b/subject.js';
import { Flood } from './flood.js';
import { Pump } from './pump.js';
import { say } from './run-process.js';
import { Slow } from './slow.js';
import { turns } from './turns.js';
import { Witness } from './witness.js';

/** A process that is asked to end while something is going on, and then has to end by itself. */
const SCENARIOS: Readonly<Record<string, () => Promise<void>>> = {
  overload: async () => {
    const system = await begin({ stopDeadlineMs: 3000 });
    const mailbox = { capacity: 1000 } as const;
    const slow = system.spawn(Slow, null, { placement: 1, mailbox });
    const flood = system.spawn(Flood, { target: slow, waits: false }, { placement: 2 });
    flood.tell({ type: 'begin' });
    await turnsUntil(() => system.metrics().total['dead:mailbox-full'] > 1000);
    terminate();
    await report(system);
    const { total, deadLetters, queued } = system.metrics();
    say({ missing: total.sent - total.handled - deadLetters, queued });
  },
  blocked: async () => {
    const system = await begin({ stopDeadlineMs: 1000 });
    const witness = system.spawn(Witness, {}, { placement: 1, name: 'blocked' });
    await witness.ask({ type: 'report' });
    witness.tell({ type: 'end-thread', by: 'endless loop' });
    await turns(50);
    terminate();
    await report(system);
  },
  hanging: async () => {
    const system = await begin({ stopDeadlineMs: 500 });
    const options = { placement: 1, name: 'hanging', shutdownMs: 'infinity' } as const;
    const hanging = system.spawn(Subject, { label: 'x', onStop: 'hang' }, options);
    await hanging.ask({ type: 'report' });
    terminate();
    await report(system);
  },
  replacing: async () => {
    const system = await begin();
    const load = await traffic(system);
    system.killThread(1);
    await turns(Number(process.argv[3] ?? 0));
    terminate();
    await report(system);
    say({ served: load });
  },
  'crash-loop': async () => {
    const system = await begin({
      stopDeadlineMs: 2000,
      supervision: { intensity: 1e6 },
      threadIntensity: { intensity: 1e6, periodMs: 1 },
    });
    const fatal = Array.from({ length: 10_000 }, (_, index) => index + 1);
    await system.spawn(Witness, { fatal }, { placement: 1, name: 'fatal' }).ask({ type: 'report' });
    let deaths = 0;
    system.events.on('thread-died', () => deaths++);
    system.killThread(1);
    await turnsUntil(() => deaths >= 3);
    terminate();
    await report(system);
  },
  concurrent: async () => {
    const system = await begin();
    await traffic(system);
    process.kill(process.pid, 'SIGINT');
    terminate();
    const reports = [system.stop({ deadlineMs: 9000 }), system.stop(), system.whenTerminated];
    const disposed = system[Symbol.asyncDispose]();
    const settled = await Promise.all(reports);
    await disposed;
    await report(system);
    say({ same: new Set([...settled, await system.stop()]).size });
  },
};

function begin(options: SystemOptions = {}): Promise<ActorSystem> {
  return ActorSystem.start({ threads: 2, stopOn: ['SIGTERM', 'SIGINT'], ...options });
}

/** Actors on all threads that send to each other until they are stopped. */
async function traffic(system: ActorSystem): Promise<number> {
  const witnesses = [0, 1, 2].map((placement) => system.spawn(Witness, {}, { placement }));
  for (const [id, peer] of witnesses.entries()) {
    const placement = (id + 1) % 3;
    system.spawn(Pump, { id, targets: witnesses, peer }, { placement }).tell({ type: 'begin' });
  }
  const answers = await Promise.all(witnesses.map((witness) => witness.ask({ type: 'report' })));
  return answers.length;
}

/** As the operating system, or who deploys, does it. */
function terminate(): void {
  process.kill(process.pid, 'SIGTERM');
}

async function turnsUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await turns(1);
}

/** Says what became of the stop, and gives the process the exit code that a user would. */
async function report(system: ActorSystem): Promise<void> {
  const what: StopReport = await system.whenTerminated;
  say({ report: what });
  process.exitCode = what.clean ? 0 : 3;
}

await SCENARIOS[process.argv[2]!]!();
