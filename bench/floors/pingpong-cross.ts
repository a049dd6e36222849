import { check, nowNs } from '../harness.js';
import { FloorActor, runAll } from './floor-actor.js';
import { SpscRing } from './spsc-ring.js';
import { type FloorReport, SETUP } from './step.js';

const MESSAGE = SETUP.step >= 1;
const ACTOR = SETUP.step >= 2;
const CLOCK = SETUP.step >= 3;
const MICROTASK = SETUP.step >= 4;

const LOOKS_PER_CLOCK = 32;
/** Words of an integer, or of a record: three of address, kind, integer. */
const WORDS = MESSAGE ? 5 : 1;

let clockMs = 0;

function look(ring: SpscRing): void {
  if (!CLOCK) {
    while (ring.available < WORDS);
    return;
  }
  // A turn looks at the clock for its timers, before it polls and after, a poll every so many looks.
  clockMs += performance.now() + performance.now();
  for (;;) {
    for (let i = 0; i < LOOKS_PER_CLOCK; i++) if (ring.available >= WORDS) return;
    clockMs += performance.now();
  }
}

function send(ring: SpscRing, n: number): void {
  if (MESSAGE) for (let word = 1; word < WORDS; word++) ring.put(word);
  ring.put(n);
  ring.publish();
}

function receive(ring: SpscRing): number {
  look(ring);
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
 * Work C: an integer to the other thread and back, each trip timed as in the bench. `message`: a record with an
 * address; `actor`: an object in a mailbox, with all that the contract promises on one thread; `clock`: what a
 * thread that also serves timers and I/O has to look at; `microtask`: what follows an `await` runs in between.
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
    const n = handle(actor, receive(incoming));
    if (isPing) latenciesUs[i] = (performance.now() - sentMs) * 1000;
    else send(outgoing, n);
    if (n === i) handled++;
    if (MICROTASK) await null;
  }
  const endNs = nowNs();
  // Read, so that no compiler leaves the clock out.
  check(clockMs >= 0, () => `the clock says ${clockMs}`);
  return { startNs, endNs, handled, latenciesUs: latenciesUs.sort() };
}
