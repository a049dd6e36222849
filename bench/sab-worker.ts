import { parentPort, workerData } from 'node:worker_threads';
import { nowNs } from './harness.js';
import { PING, PONG, type SabReport, type SabSetup } from './sab-jobs.js';

/** About a millisecond of looking: never reached where each side has a processor. */
const LOOKS = 100_000;

const { words, side, how } = workerData as SabSetup;

/** Resolves, or returns, when the word at `index` is no longer `before`. */
function changed(index: number, before: number): Promise<void> | undefined {
  if (how === 'spin') {
    for (let looks = 0; Atomics.load(words, index) === before; looks++) {
      // The other side has no processor to answer on: leave it this one.
      if (looks >= LOOKS) Atomics.wait(words, index, before, 1);
    }
    return undefined;
  }
  if (how === 'wait') {
    while (Atomics.load(words, index) === before) Atomics.wait(words, index, before);
    return undefined;
  }
  return changedAsync(index, before);
}

async function changedAsync(index: number, before: number): Promise<void> {
  while (Atomics.load(words, index) === before) {
    const waiting = Atomics.waitAsync(words, index, before);
    if (waiting.async) await waiting.value;
  }
}

function write(index: number, value: number): void {
  Atomics.store(words, index, value);
  if (how !== 'spin') Atomics.notify(words, index);
}

async function ping(count: number): Promise<SabReport> {
  const latenciesUs = new Float64Array(count);
  const startNs = nowNs();
  let sentMs = performance.now();
  for (let i = 1; i <= count; i++) {
    write(PING, i);
    const waiting = changed(PONG, i - 1);
    if (waiting !== undefined) await waiting;
    const nowMs = performance.now();
    latenciesUs[i - 1] = (nowMs - sentMs) * 1000;
    sentMs = nowMs;
  }
  return { elapsedNs: nowNs() - startNs, latenciesUs: latenciesUs.sort() };
}

async function pong(count: number): Promise<void> {
  for (let i = 1; i <= count; i++) {
    const waiting = changed(PING, i - 1);
    if (waiting !== undefined) await waiting;
    write(PONG, i);
  }
}

parentPort!.on('message', async (count: number) => {
  parentPort!.postMessage(side === 'ping' ? await ping(count) : await pong(count));
});
