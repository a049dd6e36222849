import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import {
  HEAD_OFFSET,
  ROOM_WANTED_OFFSET,
  ringLength,
  TAIL_OFFSET,
} from '../../runtime/memory/ring-buffer-descriptor.js';
import {
  BELL_WORDS,
  type PeerReport,
  RECEIVER_BELL,
  SENDER_BELL,
  type StreamReport,
  type StreamSetup,
} from './fixtures/ring-stream.js';

const isSoak = process.env['SOAK'] !== undefined;
const RECORD_COUNT = isSoak ? 20_000_000 : 200_000;
const PATIENCE_MS = isSoak ? 600_000 : 20_000;

/** A stream whose positions pass 2^32 on the way. */
function newStream(capacityBytes: number, count: number, seed: number): StreamSetup {
  const memory = new SharedArrayBuffer(ringLength(capacityBytes));
  const words = new Int32Array(memory);
  for (const offset of [HEAD_OFFSET, TAIL_OFFSET]) words[offset >> 2] = -(8 * count);
  const bells = new Int32Array(new SharedArrayBuffer(BELL_WORDS * 4));
  return { memory, capacityBytes, bells, seed, count, patienceMs: PATIENCE_MS };
}

/** The words of a ring for people who look for a lost wake-up. */
function stateOf({ memory, bells }: StreamSetup): string {
  const words = new Uint32Array(memory);
  const [head, tail] = [words[HEAD_OFFSET >> 2], words[TAIL_OFFSET >> 2]];
  return `head ${head}, tail ${tail}, room wanted ${words[ROOM_WANTED_OFFSET >> 2]}, bells ${[...bells].filter((_, i) => i % 32 === 0)}`;
}

async function endOf<R = StreamReport>(file: string, setup: object): Promise<R> {
  const worker = new Worker(new URL(`./fixtures/${file}.js`, import.meta.url), {
    workerData: setup,
  });
  const [report] = (await once(worker, 'message')) as [R];
  return report;
}

async function run(t: Test, setup: StreamSetup): Promise<void> {
  t.comment(`seed ${setup.seed}`);
  const ends = await Promise.allSettled([
    endOf('ring-sender', setup),
    endOf('ring-receiver', setup),
  ]);
  for (const end of ends) {
    if (end.status === 'rejected') t.fail(`${end.reason}; ${stateOf(setup)}`);
  }
  const [sent, received] = ends.map((end) => (end.status === 'fulfilled' ? end.value : undefined));
  if (sent === undefined || received === undefined) return;
  t.comment(`sender ${JSON.stringify(sent)}, receiver ${JSON.stringify(received)}`);
  t.equal(received.records, setup.count);
  t.equal(received.bytes, sent.bytes);
  t.ok(sent.parks + received.parks > 0, 'the run has tried the doorbells');
}

t.test('a small ring between two threads loses, doubles and tears nothing', async (t) => {
  await run(t, newStream(4096, RECORD_COUNT, randomInt(2 ** 31)));
});

t.test('nor does the smallest ring, where somebody sleeps nearly all the time', async (t) => {
  await run(t, newStream(1024, RECORD_COUNT / 10, randomInt(2 ** 31)));
});

/** Two threads that each send a stream to the other and receive one. */
async function runBothWays(t: Test, capacityBytes: number, count: number): Promise<void> {
  const seed = randomInt(2 ** 31);
  t.comment(`seed ${seed}`);
  const there = newStream(capacityBytes, count, seed);
  const back = newStream(capacityBytes, count, seed ^ 0x5bd1e995);
  const { bells } = there;
  const [a, b] = [SENDER_BELL, RECEIVER_BELL];
  const ends = await Promise.allSettled([
    endOf<PeerReport>('ring-peer', {
      sends: there,
      receives: back,
      bells,
      ownBell: a,
      otherBell: b,
    }),
    endOf<PeerReport>('ring-peer', {
      sends: back,
      receives: there,
      bells,
      ownBell: b,
      otherBell: a,
    }),
  ]);
  for (const end of ends) {
    if (end.status === 'rejected') t.fail(`${end.reason}; ${stateOf(there)}; ${stateOf(back)}`);
  }
  const [first, second] = ends.map((end) => (end.status === 'fulfilled' ? end.value : undefined));
  if (first === undefined || second === undefined) return;
  t.comment(`${JSON.stringify(first)}, ${JSON.stringify(second)}`);
  t.same([first.received, second.received], [count, count]);
  t.equal(first.receivedBytes, second.sentBytes);
  t.equal(second.receivedBytes, first.sentBytes);
  t.ok(first.parks + second.parks > 0, 'the run has tried the doorbells');
}

t.test('streams in both directions at once lose, double and tear nothing', async (t) => {
  await runBothWays(t, 4096, RECORD_COUNT / 2);
});

t.test('nor do they in the smallest rings, which are full nearly all the time', async (t) => {
  await runBothWays(t, 1024, RECORD_COUNT / 10);
});
