import { nowNs } from '../harness.js';
import { SpscRing } from './spsc-ring.js';
import { type FloorReport, report, SETUP } from './step.js';

const SIZE = 1024;
const WORDS = SIZE / 4;
const BURST = 64;
const SENDER_FRESH = SETUP.step >= 1;
const RECEIVER_FRESH = SETUP.step >= 2;
const OWN_BUFFER = SETUP.step >= 3;

/**
 * Work D3: 1,024 bytes through a bare ring. The floor copies from one buffer that is used again to another;
 * `sender-fresh` and `receiver-fresh` make a new Buffer for each message, out of Node's pool, `own-buffer` a
 * Uint8Array with memory of its own.
 */
export function run(count: number): FloorReport {
  return SETUP.side === 0 ? send(count) : receive(count);
}

function fresh(): Uint8Array {
  return OWN_BUFFER ? new Uint8Array(SIZE) : Buffer.allocUnsafe(SIZE);
}

function send(count: number): FloorReport {
  const ring = new SpscRing(SETUP.shared[0]);
  const reused = new Uint8Array(SIZE);
  const startNs = nowNs();
  for (let i = 0; i < count; i++) {
    const bytes = SENDER_FRESH ? fresh() : reused;
    bytes[0] = 1;
    bytes[1] = i;
    ring.room(WORDS);
    ring.putBytes(bytes);
    if (i % BURST === BURST - 1) ring.publish();
  }
  ring.publish();
  return report(startNs, startNs, count);
}

function receive(count: number): FloorReport {
  const ring = new SpscRing(SETUP.shared[0]);
  const reused = new Uint8Array(SIZE);
  let handled = 0;
  for (let received = 0; received < count; ) {
    for (let left = BURST; left > 0 && ring.available > 0; left--, received++) {
      const bytes = RECEIVER_FRESH ? fresh() : reused;
      bytes.set(ring.takeBytes(SIZE));
      handled += bytes[0]!;
    }
    ring.free();
  }
  return report(0, nowNs(), handled);
}
