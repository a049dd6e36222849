import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { nowNs } from './harness.js';
import { inFlight } from './in-flight.js';
import { type LoadName, makeBytes, makeInt, makeReading } from './loads.js';
import { objectsOf } from './objects-in-use.js';
import type { PortJob, PortOrder, PortReport, PortResult, PortSetup } from './port-jobs.js';

/** The baseline `postMessage`: a bare worker thread with MessagePorts. */

type Job<T extends PortJob['type']> = Extract<PortJob, { type: T }>;
type Done = (result: Partial<PortResult>) => void;

const { ports, heapBytes } = workerData as PortSetup;
/** What a thread of a system has loaded, which this one does not use. */
if (heapBytes > 0) await import('troupe');
const inUse = objectsOf(heapBytes);

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

/** Sends the messages from number `first` to before number `end`. */
type SendBurst = (first: number, end: number) => void;

function burstSender({ port, load, sizeBytes, batch = 1, transfer }: Job<'send'>): SendBurst {
  const to = ports[port]!;
  const make = makerOf(load, sizeBytes);
  if (transfer) {
    return (first, end) => {
      for (let i = first; i < end; i++) {
        const bytes = makeBytes(i, sizeBytes);
        to.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
      }
    };
  }
  if (batch === 1) {
    return (first, end) => {
      for (let i = first; i < end; i++) to.postMessage(make(i));
    };
  }
  return (first, end) => {
    for (let i = first; i < end; ) {
      const messages: unknown[] = [];
      for (const last = Math.min(i + batch, end); i < last; i++) messages.push(make(i));
      to.postMessage(messages);
    }
  };
}

function send(job: Job<'send'>, done: Done): void {
  const { count, burst } = job;
  const sendBurst = burstSender(job);
  const startNs = nowNs();
  let sent = 0;
  const step = (): void => {
    const end = Math.min(sent + burst, count);
    sendBurst(sent, end);
    sent = end;
    if (sent < count) setImmediate(step);
    else done({ startNs });
  };
  step();
}

function receive({ ports: from, load, count, batched }: Job<'receive'>, done: Done): void {
  const value = readerOf(load);
  let left = count;
  let sum = 0;
  const take = (message: never): void => {
    sum += value(message);
    if (--left === 0) done({ endNs: nowNs(), sum });
  };
  const takeAll = (messages: readonly never[]): void => {
    for (const message of messages) take(message);
  };
  for (const index of from) listen(index, batched ? takeAll : take);
}

function echo({ port }: Job<'echo'>): void {
  const to = listen(port, (message) => to.postMessage(message));
}

/** Whether what came back is ping `i`; of bytes the length and the one that tells them apart. */
function isPing(message: number | Uint8Array, i: number, sizeBytes: number | undefined): boolean {
  if (typeof message === 'number') return message === i;
  return message.length === sizeBytes && message[1] === (i & 0xff);
}

function ping({ port, count, sizeBytes }: Job<'ping'>, done: Done): void {
  const make = makerOf(sizeBytes === undefined ? 'int' : 'bytes', sizeBytes ?? 0);
  const latenciesUs = new Float64Array(count);
  const startNs = nowNs();
  let i = 0;
  let sentMs = 0;
  const to = listen(port, (message: number | Uint8Array) => {
    latenciesUs[i] = (performance.now() - sentMs) * 1e3;
    if (!isPing(message, i, sizeBytes)) throw new Error(`ping ${i} came back as ${message}`);
    i++;
    if (i < count) {
      const next = make(i);
      sentMs = performance.now();
      to.postMessage(next);
    } else {
      done({ startNs, endNs: nowNs(), latenciesUs: latenciesUs.sort() });
    }
  });
  const first = make(i);
  sentMs = performance.now();
  to.postMessage(first);
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
parentPort!.once('close', () => inUse.clear());
