import { ActorSystem, type SystemOptions } from '../../../runtime/index.js';
import { Unforgiving } from './bosses.js';
import { Chatter } from './chatter.js';
import { Double } from './jobs.js';
import { say } from './run-script.js';
import { Subject } from './subject.js';

/** Each starts a system, uses it, and must leave nothing that keeps the process alive. */
const SCENARIOS: Readonly<Record<string, () => Promise<void>>> = {
  idle: async () => report(await (await begin()).stop()),
  used: async () => {
    const system = await begin();
    const actors = [0, 1, 2].map((placement) =>
      system.spawn(Subject, { label: 'x' }, { placement }),
    );
    for (const actor of actors) actor.tell({ type: 'timer', delayMs: 1e9, text: 'never' });
    await Promise.all(actors.map((actor) => actor.ask({ type: 'report' }, { timeoutMs: 1e9 })));
    const pinned = system.spawn(Subject, { label: 'pinned' }, { placement: 'pinned' });
    await pinned.ask({ type: 'report' });
    await system.offload(Double, 21);
    report(await system.stop());
  },
  killed: async () => {
    const system = await begin();
    const actor = system.spawn(Subject, { label: 'x' }, { placement: 1 });
    await actor.ask({ type: 'report' });
    const replaced = new Promise((resolve) => system.events.once('thread-replaced', resolve));
    system.killThread(1);
    await replaced;
    report(await system.stop());
  },
  'killed-while-replaced': async () => {
    const system = await begin();
    const replaced = new Promise((resolve) => system.events.once('thread-replaced', resolve));
    let left = 3;
    system.events.on('thread-died', () => {
      if (left-- > 0) queueMicrotask(() => system.killThread(1));
    });
    system.killThread(1);
    await replaced;
    report(await system.stop());
  },
  'open-ask': async () => {
    const system = await begin();
    const actor = system.spawn(Subject, { label: 'x' }, { placement: 1 });
    const answer = actor
      .ask({ type: 'late-answer' }, { timeoutMs: 1e9 })
      .catch((error) => say({ error: error.code }));
    await actor.ask({ type: 'report' });
    report(await system.stop({ deadlineMs: 500 }));
    await answer;
  },
  'root-failed': async () => {
    const system = await begin({ supervision: { intensity: 0 } });
    const boss = system.spawn(Unforgiving, null, { placement: 1 });
    boss.tell({ type: 'fail' });
    report(await system.whenTerminated);
  },
  'start-failed': async () => {
    const module = new URL('./broken-codec.js', import.meta.url).href;
    try {
      await begin({ entry: { module, name: 'default' } });
    } catch (error) {
      say({ error: (error as { code: string }).code });
    }
  },
  'two-systems': async () => {
    const [one, two] = await Promise.all([begin({ name: 'one' }), begin({ name: 'two' })]);
    const echo = two.spawn(Subject, { label: 'x' });
    await one.stop();
    await echo.ask({ type: 'report' });
    report(await two.stop());
  },
  sigterm: async () => {
    const system = await begin({ stopOn: ['SIGTERM', 'SIGINT'] });
    const peers = [0, 1, 2, 1, 2].map((placement) =>
      system.spawn(Chatter, undefined, { placement }),
    );
    system.whenTerminated.then(report);
    let answered = 0;
    const load = async (): Promise<void> => {
      for (;;) {
        const peer = peers[answered % peers.length]!;
        peer.tell({ type: 'hop', left: 10, peers });
        await peer.ask({ type: 'ping' });
        if (++answered === 1000) say({ ready: true });
      }
    };
    await Promise.allSettled(Array.from({ length: 20 }, load)).then((loads) => {
      const codes = loads.map((one) => (one.status === 'rejected' ? one.reason.code : 'ended'));
      say({ answered, refusals: [...new Set(codes)] });
    });
  },
};

function begin(options: SystemOptions = {}): Promise<ActorSystem> {
  return ActorSystem.start({ threads: 2, ...options });
}

function report(value: object): void {
  say({ report: value });
}

await SCENARIOS[process.argv[2]!]!();
