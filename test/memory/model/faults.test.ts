import t from 'tap';
import type { Counterexample } from './interleaver.js';
import { mutated } from './mutants.js';
import {
  ASLEEP,
  BELL_MUTANTS,
  CONSUMER_MUTANTS,
  EARLY,
  OVERWRITTEN,
  PRODUCER_MUTANTS,
} from './ring-mutants.js';
import { GRAIN, HALF, QUARTER } from './ring-scenario.js';
import type { ReceiverFault, SenderFault } from './stream-programs.js';
import { exploreStream, type StreamOptions } from './stream-scenario.js';

// The searches of stream.test.ts and recovery.test.ts see faults: each one here is planted, and found.

/** What is searched for a fault, in this order, until one shows it. */
const SCENARIOS: readonly StreamOptions[] = [
  { start: 0, lengths: [GRAIN, GRAIN] },
  { start: -GRAIN, lengths: [GRAIN, 2 * GRAIN, GRAIN], batch: 3 },
  { start: 0, lengths: [HALF, HALF, HALF] },
  { start: -2 * GRAIN, lengths: [HALF, 3 * GRAIN, HALF], receiving: { releasesEach: true } },
  { start: 0, lengths: [QUARTER, QUARTER, QUARTER, 3 * GRAIN] },
  { start: 0, lengths: [HALF, HALF, HALF, HALF], receiving: { releasesEach: true } },
  { start: -GRAIN, lengths: [GRAIN, QUARTER], second: [GRAIN] },
  { start: 0, lengths: [GRAIN, GRAIN], receiverDies: true },
];

function search(fault: Partial<StreamOptions>): Counterexample | undefined {
  for (const scenario of SCENARIOS) {
    const receiving = { ...scenario.receiving, ...fault.receiving };
    const { counterexample } = exploreStream({ ...scenario, ...fault, receiving });
    if (counterexample !== undefined) return counterexample;
  }
  return undefined;
}

/** Holds that a fault is found for the right reason, and shows a shortest run that has it. */
function found(title: string, fault: () => Promise<Partial<StreamOptions>>, reason: RegExp): void {
  t.test(title, async (t) => {
    const counterexample = search(await fault());
    t.match(counterexample?.reason, reason);
    t.comment(counterexample?.reason);
    for (const line of counterexample?.schedule ?? []) t.comment(`  ${line}`);
  });
}

const SENDER_FAULTS: readonly (readonly [SenderFault, RegExp])[] = [
  ['publishes before it writes', EARLY],
  ['rings before it publishes', ASLEEP],
  ['does not ring', ASLEEP],
  ['wishes for room before its announcement', ASLEEP],
  ['does not wish for room', ASLEEP],
];

for (const [senderFault, reason] of SENDER_FAULTS) {
  found(`a sender is found that ${senderFault}`, async () => ({ senderFault }), reason);
}

t.test('a sender is found that sleeps before it publishes', async (t) => {
  const batch = { start: 0, lengths: [HALF, HALF, HALF], batch: 3 };
  t.equal(exploreStream(batch).counterexample, undefined);
  const { counterexample } = exploreStream({ ...batch, senderFault: 'sleeps before it publishes' });
  t.match(counterexample?.reason, ASLEEP);
});

const RECEIVER_FAULTS: readonly (readonly [ReceiverFault, RegExp])[] = [
  ['gives room back before it reads', OVERWRITTEN],
  ['announces after the second look', ASLEEP],
  ['does not look again', ASLEEP],
  ['does not ring for room', ASLEEP],
  ['rings for room before it gives it', ASLEEP],
];

for (const [fault, reason] of RECEIVER_FAULTS) {
  const plant = async (): Promise<Partial<StreamOptions>> => ({ receiving: { fault } });
  found(`a receiver is found that ${fault}`, plant, reason);
}

for (const [who, mutants] of [
  ['producer', PRODUCER_MUTANTS],
  ['consumer', CONSUMER_MUTANTS],
  ['doorbell', BELL_MUTANTS],
] as const) {
  for (const [title, mutation, reason] of mutants) {
    const plant = async () => ({ parts: await mutated(mutation) });
    found(`a ${who} is found that ${title}`, plant, reason);
  }
}

t.test('nothing is found in the real code, nor in changes that only cost time', async (t) => {
  t.equal(search({}), undefined);
  const ringsWithoutAsking = await mutated({
    file: 'doorbell',
    edits: [
      ['if (Atomics.load(this.#words, this.#index) !== DoorbellState.PARKED)\n', 'if (false)\n'],
      ['if (before !== DoorbellState.PARKED)\n', 'if (false)\n'],
    ],
  });
  t.equal(search({ parts: ringsWithoutAsking }), undefined);
  const keepsTheWish = await mutated({
    file: 'ring-consumer',
    edits: [['Atomics.store(this.#positions, ROOM_WANTED_OFFSET >> 2, 0);', '']],
  });
  t.equal(search({ parts: keepsTheWish }), undefined, 'it rings too often');
});
