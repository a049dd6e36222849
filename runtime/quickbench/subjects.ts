import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { ActorSystem } from '../system/actor-system.js';
import { type Done, Driver, Sink } from './driver-actor.js';
import type { PortData, PortWork } from './port-worker.js';

/** How long one piece of work may take. */
const TIMEOUT_MS = 120_000;

/** What does the work. */
export interface Subject {
  drive(work: PortWork): Promise<Done>;
  close(): Promise<void>;
}

/** Two actors, on one thread or on two. */
export async function actorPair(receiver: 1 | 2): Promise<Subject> {
  const system = await ActorSystem.start({ name: 'bench', threads: 2 });
  const driver = system.spawn(Driver, undefined, { placement: 1 });
  const to = system.spawn(Sink, undefined, { placement: receiver });
  return {
    drive: (work) => driver.ask({ type: 'drive', to, ...work }, { timeoutMs: TIMEOUT_MS }),
    close: async () => void (await system.stop()),
  };
}

/** Two bare threads with a MessageChannel between them. */
export async function portPair(): Promise<Subject> {
  const { port1, port2 } = new MessageChannel();
  const start = (data: PortData): Worker =>
    new Worker(new URL('./port-worker.js', import.meta.url), {
      workerData: data,
      transferList: [data.port],
    });
  const sink = start({ isDriver: false, port: port1 });
  const driver = start({ isDriver: true, port: port2 });
  await Promise.all([once(sink, 'online'), once(driver, 'online')]);
  return {
    async drive(work) {
      driver.postMessage(work);
      const [done] = (await once(driver, 'message')) as [Done];
      return done;
    },
    close: async () => void (await Promise.all([sink.terminate(), driver.terminate()])),
  };
}
