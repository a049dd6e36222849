import { promiseHooks } from 'node:v8';
import { nowNs } from '../harness.js';
import { FloorActor, runAll } from './floor-actor.js';
import { SpscRing } from './spsc-ring.js';
import { type FloorReport, SETUP } from './step.js';

const DOORBELL = SETUP.step >= 1;
const MESSAGE = SETUP.step >= 2;
const ACTOR = SETUP.step >= 3;
const OWNERS = SETUP.step >= 4;

/** Words of an integer, or of a record: three of address, kind, integer. */
const WORDS = MESSAGE ? 5 : 1;
const TAIL = 0;
/** The word of the receiver's doorbell, beside the positions of its ring on a line of its own. */
const BELL = 48;
const PARKED = 1;

if (OWNERS) promiseHooks.createHook({ init() {}, before() {}, after() {} });

function send(ring: SpscRing, n: number): void {
  if (MESSAGE) for (let word = 1; word < WORDS; word++) ring.put(word);
  ring.put(n);
  ring.publish();
  if (!DOORBELL) Atomics.notify(ring.words, TAIL);
  else if (Atomics.load(ring.words, BELL) === PARKED) {
    if (Atomics.compareExchange(ring.words, BELL, PARKED, 0) === PARKED) {
      Atomics.notify(ring.words, BELL);
    }
  }
}

/** Sleeps until there is something in the ring, without holding up the event loop. */
async function arrival(ring: SpscRing, seen: number): Promise<void> {
  while (ring.available < WORDS) {
    if (DOORBELL) Atomics.store(ring.words, BELL, PARKED);
    if (DOORBELL && ring.available >= WORDS) {
      Atomics.store(ring.words, BELL, 0);
      return;
    }
    const waiting = DOORBELL
      ? Atomics.waitAsync(ring.words, BELL, PARKED)
      : Atomics.waitAsync(ring.words, TAIL, seen);
    if (waiting.async) await waiting.value;
  }
}

function receive(ring: SpscRing): number {
  if (MESSAGE) for (let word = 1; word < WORDS; word++) ring.take();
  const n = ring.take();
  ring.free();
  return n;
}

/** What came is handled, by an actor or on the spot. */
function handle(actor: FloorActor<{ n: number }>, n: number): number {
  if (!ACTOR) return n;
  actor.tell({ type: 'inc', n });
  runAll();
  return actor.state.n;
}

/**
 * An integer to the other thread and back, both asleep while they wait, neither in a way that holds up timers and I/O.
 * `doorbell`: a word for all rings of a thread, announced before the last look; `message`: a record with an address;
 * `actor`: an object in a mailbox, with all that the contract promises on one thread; `owners`: promises are known by
 * the actor that made them.
 */
export async function run(count: number): Promise<FloorReport> {
  const [there, back] = SETUP.shared.map((shared) => new SpscRing(shared));
  const isPing = SETUP.side === 0;
  const [outgoing, incoming] = isPing ? [there!, back!] : [back!, there!];
  const actor = new FloorActor({ n: 0 }, (state, { n }) => {
    state.n = n;
  });
  const latenciesUs = new Float64Array(isPing ? count : 0);
  let handled = 0;
  const startNs = nowNs();
  for (let i = 0; i < count; i++) {
    const sentMs = isPing ? performance.now() : 0;
    if (isPing) send(outgoing, i);
    await arrival(incoming, i * WORDS);
    const n = handle(actor, receive(incoming));
    if (isPing) latenciesUs[i] = (performance.now() - sentMs) * 1000;
    else send(outgoing, n);
    if (n === i) handled++;
  }
  return { startNs, endNs: nowNs(), handled, latenciesUs: latenciesUs.sort() };
}
