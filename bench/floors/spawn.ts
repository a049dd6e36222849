import { nowNs } from '../harness.js';
import { FloorActor, type FloorMessage, runAll } from './floor-actor.js';
import { type FloorReport, report, SETUP } from './step.js';

const BURST = 1000;
const ADDRESS = SETUP.step >= 1;
const RECORD = SETUP.step >= 2;
const CONTEXT = SETUP.step >= 3;

/** What a parent keeps of a child, linked through the children. */
class ChildRecord {
  phase = 'starting';
  prev: ChildRecord | null = null;
  next: ChildRecord | null = null;
  readonly ref: Ref;

  constructor(ref: Ref) {
    this.ref = ref;
  }
}

/** An address with the actor behind it. */
class Ref {
  readonly slot: number;
  readonly generation: number;
  actor: Mayfly | null = null;

  constructor(slot: number, generation: number) {
    this.slot = slot;
    this.generation = generation;
  }
}

class Context {
  mayfly: Mayfly | null;

  constructor(mayfly: Mayfly) {
    this.mayfly = mayfly;
  }
}

interface Collector {
  readonly collector: FloorActor<{ sum: number; count: number }>;
  me: Mayfly | undefined;
}

/** All fields from the beginning, so that every mayfly is of one shape. */
class Mayfly extends FloorActor<Collector> {
  ref: Ref | undefined = undefined;
  record: ChildRecord | undefined = undefined;
  context: Context | undefined = undefined;
}

const free: number[] = [];
const generations: number[] = [];
const table: (Mayfly | undefined)[] = [];
let generation = 0;
let tail: ChildRecord | null = null;

function live(state: Collector, { n }: FloorMessage): void {
  state.collector.tell({ type: 'inc', n });
  end(state.me!);
}

function begin(collector: Collector['collector']): Mayfly {
  const mayfly = new Mayfly({ collector, me: undefined }, live);
  mayfly.state.me = mayfly;
  if (ADDRESS) {
    const slot = free.pop() ?? generations.length;
    generations[slot] = ++generation;
    table[slot] = mayfly;
    mayfly.ref = new Ref(slot, generation);
    mayfly.ref.actor = mayfly;
  }
  if (RECORD) {
    const record = new ChildRecord(mayfly.ref!);
    record.prev = tail;
    if (tail !== null) tail.next = record;
    tail = record;
    record.phase = 'running';
    mayfly.record = record;
  }
  if (CONTEXT) mayfly.context = new Context(mayfly);
  return mayfly;
}

function end(mayfly: Mayfly): void {
  if (RECORD) {
    const record = mayfly.record!;
    if (record.prev !== null) record.prev.next = record.next;
    if (record.next === null) tail = record.prev;
    else record.next.prev = record.prev;
    record.phase = 'gone';
  }
  if (ADDRESS) {
    const { slot } = mayfly.ref!;
    generations[slot] = 0;
    table[slot] = undefined;
    free.push(slot);
  }
  if (CONTEXT) mayfly.context!.mayfly = null;
}

/**
 * Work G: actors that are made, handle one message, pass it on and end. `address`: a slot, a reference and a
 * place in a table; `record`: a place among the children of the parent; `context`: what its handlers are given.
 */
export function run(count: number): FloorReport {
  const collector = new FloorActor({ sum: 0, count: 0 }, (state, { n }) => {
    state.sum += n;
    state.count++;
  });
  const startNs = nowNs();
  for (let made = 0; made < count; ) {
    for (const until = Math.min(made + BURST, count); made < until; made++) {
      begin(collector).tell({ type: 'inc', n: made });
    }
    runAll();
  }
  return report(startNs, nowNs(), collector.state.count);
}
