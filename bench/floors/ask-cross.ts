import { nowNs } from '../harness.js';
import { SpscRing } from './spsc-ring.js';
import { type FloorReport, report, SETUP } from './step.js';

const OUTSTANDING = 16;
const PROMISE = SETUP.step >= 1;
const DEADLINE = SETUP.step >= 2;
const ADDRESS = SETUP.step >= 3;
const WORDS = ADDRESS ? 6 : 2;

/** A question that waits for its answer, in a list of its deadline. */
class Ask {
  prev: Ask | null = null;
  next: Ask | null = null;
  deadlineMs = 0;
  generation = 0;
  resolve: (value: number) => void = () => {};
}

const table: Ask[] = [];
const freeSlots: number[] = [];
const slots = new Ask();
const atMs = performance.now();

function put(ring: SpscRing, slot: number, n: number): void {
  ring.room(WORDS);
  if (ADDRESS) for (let word = 2; word < WORDS; word++) ring.put(word);
  ring.put(slot);
  ring.put(n);
}

/** Sends a question; the answer finds its row by number. */
function ask(ring: SpscRing, n: number): Promise<number> {
  return new Promise((resolve) => {
    const slot = freeSlots.pop() ?? table.length;
    const row = table[slot] ?? new Ask();
    table[slot] = row;
    row.generation++;
    row.resolve = resolve;
    if (DEADLINE) {
      row.deadlineMs = atMs + 5000;
      row.prev = slots;
      row.next = slots.next;
      if (slots.next !== null) slots.next.prev = row;
      slots.next = row;
    }
    put(ring, slot, n);
  });
}

function answered(slot: number, n: number): void {
  const row = table[slot]!;
  if (DEADLINE) {
    row.prev!.next = row.next;
    if (row.next !== null) row.next.prev = row.prev;
  }
  freeSlots.push(slot);
  row.resolve(n);
}

/** Takes all that has come. @returns how many */
function poll(ring: SpscRing, each: (slot: number, n: number) => void): number {
  let count = 0;
  for (; ring.available >= WORDS; count++) {
    if (ADDRESS) for (let word = 2; word < WORDS; word++) ring.take();
    const slot = ring.take();
    each(slot, ring.take());
  }
  if (count > 0) ring.free();
  return count;
}

/**
 * Work J: integers to another thread that answers with the next one, 16 under way. `promise`: one for each
 * question, which is awaited; `deadline`: a place in a list of those that end at the same time; `address`: a
 * record that says for whom.
 */
export async function run(count: number): Promise<FloorReport> {
  const [there, back] = SETUP.shared.map((shared) => new SpscRing(shared)) as [SpscRing, SpscRing];
  if (SETUP.side === 1) return serve(count, there, back);
  const startNs = nowNs();
  const asked = PROMISE ? await inPromises(count, there, back) : inWords(count, there, back);
  return report(startNs, nowNs(), asked);
}

function serve(count: number, there: SpscRing, back: SpscRing): FloorReport {
  let handled = 0;
  const reply = (slot: number, n: number): void => put(back, slot, n + 1);
  while (handled < count) {
    const taken = poll(there, reply);
    handled += taken;
    if (taken > 0) back.publish();
  }
  return report(0, nowNs(), handled);
}

function inWords(count: number, there: SpscRing, back: SpscRing): number {
  let sent = 0;
  let done = 0;
  const next = (): void => {
    done++;
    if (sent < count) put(there, 0, sent++);
  };
  while (sent < Math.min(OUTSTANDING, count)) put(there, 0, sent++);
  there.publish();
  while (done < count) if (poll(back, next) > 0) there.publish();
  return done;
}

async function inPromises(count: number, there: SpscRing, back: SpscRing): Promise<number> {
  let sent = 0;
  let done = 0;
  const client = async (): Promise<void> => {
    while (sent < count) {
      const n = sent++;
      if ((await ask(there, n)) === n + 1) done++;
    }
  };
  const clients = Array.from({ length: OUTSTANDING }, client);
  there.publish();
  for (let received = 0; received < count; ) {
    const taken = poll(back, answered);
    received += taken;
    if (taken === 0) continue;
    await null;
    await null;
    there.publish();
  }
  await Promise.all(clients);
  return done;
}
