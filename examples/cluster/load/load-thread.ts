import { parentPort, workerData } from 'node:worker_threads';
import autocannon from 'autocannon';
import { SeededRandom } from 'troupe';
import { Customer, type Failure, type Log, type Request, type SettingUse } from './customer.js';
import { KINDS, type Kind } from './workload.js';

/** How the thread with the load is started. */
export interface LoadArgs {
  readonly url: string;
  readonly connections: number;
  /** Begins all keys: another run has others. */
  readonly run: string;
  readonly seed: number;
}

/** How it goes, told several times a second. */
export interface Progress {
  readonly type: 'progress';
  /** Requests that were answered since the last word, without those that failed. */
  readonly answeredCount: number;
  readonly failedCount: number;
  readonly latenciesMs: readonly number[];
  readonly answeredBegan: Readonly<Record<Kind, number>>;
}

/** Everything that was seen, told at the end. */
export interface Result {
  readonly type: 'result';
  readonly requests: readonly Request[];
  readonly uses: readonly SettingUse[];
  readonly failures: readonly Failure[];
}

const PROGRESS_MS = 100;
const TIMEOUT_SECONDS = 5;
/** Longer than any load: it ends when it is told to. */
const DURATION_SECONDS = 86_400;

const { url, connections, run, seed } = workerData as LoadArgs;
const port = parentPort!;
const log: Log = {
  requests: [],
  uses: [],
  failures: [],
  answeredBegan: Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>,
  latenciesMs: [],
  isOver: false,
};
let toldFailures = 0;
let customerCount = 0;

function progress(): Progress {
  const { latenciesMs, failures, answeredBegan } = log;
  log.latenciesMs = [];
  const failedCount = failures.length - toldFailures;
  toldFailures = failures.length;
  const answeredCount = latenciesMs.length;
  return { type: 'progress', answeredCount, failedCount, latenciesMs, answeredBegan };
}

/** Each connection of autocannon is one customer. */
function setupClient(client: autocannon.Client): void {
  const number = customerCount++;
  const customer = new Customer(`${run}-${number}`, new SeededRandom(seed + number), log);
  client.setRequests([
    {
      setupRequest(request) {
        const { method, path, body, key } = customer.next();
        const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
        const text = body === undefined ? '' : JSON.stringify(body);
        return { ...request, method: method as 'GET', path, headers, body: text };
      },
      onResponse: (status, body) => customer.answered(status, body),
    },
  ]);
}

const load = autocannon(
  {
    url,
    connections,
    duration: DURATION_SECONDS,
    timeout: TIMEOUT_SECONDS,
    sampleInt: PROGRESS_MS,
    setupClient,
  } as autocannon.Options,
  () => {
    clearInterval(timer);
    const { requests, uses, failures } = log;
    port.postMessage(progress());
    port.postMessage({ type: 'result', requests, uses, failures } satisfies Result);
    port.close();
  },
);
const timer = setInterval(() => port.postMessage(progress()), PROGRESS_MS);
port.once('message', () => {
  log.isOver = true;
  load.stop();
});
