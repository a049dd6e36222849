import { performance } from 'node:perf_hooks';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Done } from './driver-actor.js';

/** The same work with `postMessage` between two bare threads: this is both of them. */

/** What the driving thread is told to do. */
export interface PortWork {
  readonly bursts: number;
  readonly burst: number;
}

/** What each thread is started with. */
export interface PortData {
  readonly isDriver: boolean;
  readonly port: MessagePort;
}

type PortMessage = { type: 'add'; n: number } | { type: 'total' };

const { isDriver, port } = workerData as PortData;

if (isDriver) {
  const total = (): Promise<number> =>
    new Promise((resolve) => {
      port.once('message', resolve);
      port.postMessage({ type: 'total' } satisfies PortMessage);
    });
  parentPort!.on('message', async ({ bursts, burst }: PortWork) => {
    const before = await total();
    const startMs = performance.now();
    let after = before;
    for (let i = 0; i < bursts; i++) {
      for (let n = 1; n <= burst; n++) port.postMessage({ type: 'add', n } satisfies PortMessage);
      after = await total();
    }
    const done: Done = { tookMs: performance.now() - startMs, before, after };
    parentPort!.postMessage(done);
  });
} else {
  let sum = 0;
  port.on('message', (message: PortMessage) => {
    if (message.type === 'add') sum += message.n;
    else port.postMessage(sum);
  });
}
