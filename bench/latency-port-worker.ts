import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { sendInBursts, sendOnSchedule } from './arrivals.js';
import { check, nowNs } from './harness.js';
import type { Flooded } from './latency-actors.js';
import { LatencyHistogram, type LatencySummary } from './latency-histogram.js';
import { sharedNowMs } from './shared-clock.js';

/** The baseline of `latency-cross`: a bare thread at one end of a MessageChannel. */

/** What the sending thread is to do. */
export type LatencyJob =
  | { readonly type: 'flood'; readonly count: number; readonly burst: number }
  | { readonly type: 'schedule'; readonly count: number; readonly intervalMs: number };

/** What one of these threads is started with. */
export interface LatencyPortData {
  readonly role: 'source' | 'sink';
  readonly port: MessagePort;
}

type PortArrival = { readonly i: number; readonly dueMs: number } | 'report';

const { role, port } = workerData as LatencyPortData;

/** Counts what comes, as the actor `Sink` does. */
function runSink(): void {
  const histogram = new LatencyHistogram();
  let next = 0;
  port.on('message', (message: PortArrival) => {
    if (message === 'report') {
      port.postMessage(histogram.summary());
      histogram.clear();
      return;
    }
    check(message.i === next, () => `message ${message.i} came in place of ${next}`);
    next++;
    histogram.record(Math.max(0, (sharedNowMs() - message.dueMs) * 1e3));
  });
}

/** Sends what it is told to, as the actor `Source` does. */
function runSource(): void {
  const waiting: ((summary: LatencySummary) => void)[] = [];
  let sent = 0;
  port.on('message', (summary: LatencySummary) => waiting.shift()!(summary));
  const report = (): Promise<LatencySummary> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port.postMessage('report');
    });
  const send = (i: number, dueMs: number): void => port.postMessage({ i: sent + i, dueMs });

  const flood = async (count: number, burst: number): Promise<Flooded> => {
    let counted = 0;
    const startNs = nowNs();
    await sendInBursts(
      count,
      burst,
      (i) => send(i, sharedNowMs()),
      async () => {
        const { count: more } = await report();
        counted += more;
      },
    );
    return { elapsedNs: nowNs() - startNs, count: counted };
  };
  const schedule = async (count: number, intervalMs: number): Promise<LatencySummary> => {
    await sendOnSchedule(count, intervalMs, send);
    return report();
  };

  parentPort!.on('message', async (job: LatencyJob) => {
    const { count } = job;
    const result =
      job.type === 'flood' ? await flood(count, job.burst) : await schedule(count, job.intervalMs);
    sent += count;
    parentPort!.postMessage(result);
  });
}

if (role === 'sink') runSink();
else runSource();
