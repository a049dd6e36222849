import { nowNs } from '../harness.js';
import { FloorActor, runAll } from './floor-actor.js';
import { SpscRing } from './spsc-ring.js';
import { type FloorReport, report, SETUP } from './step.js';

const BURST = 1000;
const MESSAGE = SETUP.step >= 1;
const ADDRESS = SETUP.step >= 2;
const MAILBOX = SETUP.step >= 3;
const IS_OBJECT = SETUP.work === 'object';
const IS_FAN_IN = SETUP.work === 'fan-in';

/** Creator, slot and generation of the receiver. */
const TO = [1, 7, 3] as const;
const KIND = 5;
const NAMES = ['', 'sensor-17'];
const VALUE = 1.5;

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

interface Reading {
  readonly type: 'inc';
  readonly n: number;
  readonly value: number;
  readonly name: string;
}

/**
 * Works D, D2 and E: words through a bare ring, published once in a burst. `message`: made as an object at both
 * ends; `address`: a record says for whom, who is looked up; `mailbox`: it goes through mailbox and run queue.
 */
export function run(count: number): FloorReport {
  if (SETUP.side === 1) return receive(count);
  return send(IS_FAN_IN ? count / 2 : count);
}

function send(count: number): FloorReport {
  const ring = new SpscRing(SETUP.shared[0]);
  const startNs = nowNs();
  for (let i = 0; i < count; i++) {
    ring.room(8);
    if (ADDRESS) for (const word of TO) ring.put(word);
    if (IS_OBJECT) putReading(ring, { type: 'inc', n: i, value: VALUE, name: NAMES[1]! });
    else if (MESSAGE) putMessage(ring, { type: 'inc', n: i });
    else ring.put(i);
    if (i % BURST === BURST - 1) ring.publish();
  }
  ring.publish();
  return report(startNs, startNs, count);
}

function putMessage(ring: SpscRing, message: { readonly type: string; readonly n: number }): void {
  ring.put(KIND);
  ring.put(message.n);
}

function putReading(ring: SpscRing, { n, value, name }: Reading): void {
  double[0] = value;
  ring.put(KIND);
  ring.put(n);
  ring.put(halves[0]!);
  ring.put(halves[1]!);
  ring.put(NAMES.indexOf(name));
}

interface Sum {
  count: number;
  /** Of what the messages say, so that all of it is read. */
  sum: number;
}

function receive(count: number): FloorReport {
  const ring = new SpscRing(SETUP.shared[0]);
  const state: Sum = { count: 0, sum: 0 };
  const handler = (sum: Sum, message: { readonly n: number }): void => {
    sum.count++;
    sum.sum += message.n;
  };
  const actor = new FloorActor<Sum>(state, handler);
  const table = new Map([
    [TO[0], [undefined, actor, undefined, actor, actor, actor, actor, actor]],
  ]);
  let localLeft = IS_FAN_IN ? count / 2 : 0;
  while (state.count < count) {
    for (let i = 0; i < BURST && localLeft > 0; i++, localLeft--) actor.tell({ type: 'inc', n: i });
    for (let left = BURST; left > 0 && ring.available > 0; left--) {
      let to: FloorActor<Sum> = actor;
      if (ADDRESS) {
        to = table.get(ring.take() as 1)![ring.take()]!;
        ring.take();
      }
      if (!IS_OBJECT && !MESSAGE) {
        state.sum += ring.take();
        state.count++;
        continue;
      }
      const message = IS_OBJECT ? takeReading(ring) : takeMessage(ring);
      if (MAILBOX || IS_FAN_IN) to.tell(message);
      else to.handler(to.state, message);
    }
    ring.free();
    runAll();
  }
  return report(0, nowNs(), state.count);
}

function takeMessage(ring: SpscRing): { readonly type: string; readonly n: number } {
  const kind = ring.take();
  return { type: kind === KIND ? 'inc' : '', n: ring.take() };
}

function takeReading(ring: SpscRing): Reading {
  ring.take();
  const n = ring.take();
  halves[0] = ring.take();
  halves[1] = ring.take();
  return { type: 'inc', n, value: double[0]!, name: NAMES[ring.take()]! };
}
