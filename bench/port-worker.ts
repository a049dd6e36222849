import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { nowNs } from './harness.js';
import { inFlight } from './in-flight.js';
import { type LoadName, makeBytes, makeInt, makeReading } from './loads.js';
import type { PortJob, PortOrder, PortReport, PortResult } from './port-jobs.js';

/** The baseline `postMessage`: a bare worker thread with MessagePorts. */

type Job<T extends PortJob['type']> = Extract<PortJob, { type: T }>;
type Done = (result: Partial<PortResult>) => void;

const { ports } = workerData as { ports: MessagePort[] };

/** Makes a load as a program without actors sends it: an integer is just that. */
function makerOf(load: LoadName, sizeBytes: number): (i: number) => unknown {
  if (load === 'int') return (i) => makeInt(i).n;
  return load === 'reading' ? makeReading : (i) => makeBytes(i, sizeBytes);
}

function readerOf(load: LoadName): (message: never) => number {
  if (load === 'int') return (message: number) => message;
  if (load === 'reading') return (message: { value: number }) => message.value;
  return (message: Uint8Array) => message[0]!;
}

function listen(index: number, listener: (message: never) => void): MessagePort {
  const port = ports[index]!;
  port.removeAllListeners('message');
  port.on('message', listener as (message: unknown) => void);
  return port;
}

function send({ port, load, count, burst, sizeBytes }: Job<'send'>, done: Done): void {
  const to = ports[port]!;
  const make = makerOf(load, sizeBytes);
  const startNs = nowNs();
  let i = 0;
  const step = (): void => {
    for (const end = Math.min(i + burst, count); i < end; i++) to.postMessage(make(i));
    if (i < count) setImmediate(step);
    else done({ startNs });
  };
  step();
}

function receive({ ports: from, load, count }: Job<'receive'>, done: Done): void {
  const value = readerOf(load);
  let left = count;
  let sum = 0;
  for (const index of from) {
    listen(index, (message) => {
      sum += value(message);
      if (--left === 0) done({ endNs: nowNs(), sum });
    });
  }
}

function echo({ port }: Job<'echo'>): void {
  const to = listen(port, (message) => to.postMessage(message));
}

function ping({ port, count }: Job<'ping'>, done: Done): void {
  const latenciesUs = new Float64Array(count);
  const startNs = nowNs();
  let i = 0;
  let sentMs = 0;
  const to = listen(port, (message: number) => {
    latenciesUs[i] = (performance.now() - sentMs) * 1e3;
    if (message !== i) throw new Error(`ping ${i} came back as ${message}`);
    i++;
    if (i < count) {
      sentMs = performance.now();
      to.postMessage(i);
    } else {
      done({ startNs, endNs: nowNs(), latenciesUs: latenciesUs.sort() });
    }
  });
  sentMs = performance.now();
  to.postMessage(i);
}

function serve({ port }: Job<'serve'>): void {
  const to = listen(port, (message: { id: number; v: number }) => {
    to.postMessage({ id: message.id, v: message.v + 1 });
  });
}

async function request({ port, count, outstanding }: Job<'request'>, done: Done): Promise<void> {
  const waiting = new Map<number, (v: number) => void>();
  let id = 0;
  const to = listen(port, (message: { id: number; v: number }) => {
    const resolve = waiting.get(message.id)!;
    waiting.delete(message.id);
    resolve(message.v);
  });
  const ask = (v: number): Promise<number> =>
    new Promise((resolve) => {
      waiting.set(++id, resolve);
      to.postMessage({ id, v });
    });
  done(await inFlight(count, outstanding, ask));
}

function run({ id, job }: PortOrder): void {
  const report = (result: Partial<PortResult> | undefined): void =>
    parentPort!.postMessage({ id, result } satisfies PortReport);
  if (job.type === 'send') send(job, report);
  else if (job.type === 'ping') ping(job, report);
  else if (job.type === 'request') void request(job, report);
  else {
    if (job.type === 'receive') receive(job, report);
    else if (job.type === 'echo') echo(job);
    else serve(job);
    report(undefined);
  }
}

parentPort!.on('message', run);
