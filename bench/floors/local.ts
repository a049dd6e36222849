import { nowNs } from '../harness.js';
import { FloorActor, type FloorHandler, runAll } from './floor-actor.js';
import { type FloorReport, report, SETUP } from './step.js';

const BURST = 1000;

/** Works A, B and F: what goes on between actors of one thread. */
export function run(count: number): FloorReport {
  switch (SETUP.work) {
    case 'tell':
      return tell(count);
    case 'pingpong':
      return token(2, 2 * count, count);
    default:
      return token(1000, count, count);
  }
}

/** One actor tells another in bursts, a new message each time; the next burst comes when this one is handled. */
function tell(count: number): FloorReport {
  const counter = new FloorActor({ sum: 0, left: BURST }, (state, { n }) => {
    state.sum += n;
    if (--state.left > 0) return;
    state.left = BURST;
    if (state.sum < count) sender.tell({ type: 'inc', n: 0 });
  });
  const sender = new FloorActor(null, () => {
    for (let i = 0; i < BURST; i++) counter.tell({ type: 'inc', n: 1 });
  });
  const startNs = nowNs();
  sender.tell({ type: 'inc', n: 0 });
  runAll();
  return report(startNs, nowNs(), counter.state.sum);
}

interface Node {
  next: FloorActor<Node> | undefined;
  hops: number;
}

/** A token goes round a ring. @returns as handled `worth` when all hops were made */
function token(size: number, hops: number, worth: number): FloorReport {
  const pass: FloorHandler<Node> = (state, { n }) => {
    state.hops++;
    if (n > 0) state.next!.tell({ type: 'inc', n: n - 1 });
  };
  const nodes = Array.from({ length: size }, () => {
    return new FloorActor<Node>({ next: undefined, hops: 0 }, pass);
  });
  for (const [i, node] of nodes.entries()) node.state.next = nodes[(i + 1) % size]!;
  const startNs = nowNs();
  nodes[0]!.tell({ type: 'inc', n: hops - 1 });
  runAll();
  const endNs = nowNs();
  const made = nodes.reduce((sum, { state }) => sum + state.hops, 0);
  return report(startNs, endNs, made === hops ? worth : made);
}
