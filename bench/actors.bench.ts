import type { ActorRef, ActorSystem } from 'troupe';
import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { expectedSum } from './loads.js';
import { Crier, type CrierMessage } from './round-robin-actors.js';
import { assertConserved, startSystem } from './system.js';
import { Counter, type Expect } from './tell-actors.js';

const BURST = 1000;
const CROWDS = [10, 1000, 100_000, 1_000_000] as const;
const SMOKE_CROWD = 10_000;

/** A round: so many actors, each told so many integers, of which it passes the sum on. */
interface Work {
  readonly members: number;
  readonly each: number;
}

/** The messages that are handled: those to the members, and their sums. */
function figures({ members, each }: Work, sum: number, elapsedNs: number): readonly Figure[] {
  const expected = expectedSum('int', members * each);
  check(sum === expected, () => `the sum is ${sum}, not ${expected}`);
  return [rate(members * each + members, elapsedNs, 'msg/s')];
}

class TroupeCrowd implements Subject {
  readonly name = 'troupe';
  readonly #work: Work;
  #system: ActorSystem | undefined;
  #crier: ActorRef<CrierMessage> | undefined;
  #collector: ActorRef<Expect> | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 0 });
    this.#system = system;
    const collector = system.spawn(Counter, {}, { placement: 0 });
    this.#collector = collector;
    this.#crier = system.spawn(Crier, undefined, { placement: 0 });
    const { members, each } = this.#work;
    const gathered = await this.#crier.ask({ type: 'gather', members, plan: { collector, each } });
    check(gathered === members, () => `${gathered} actors, not ${members}`);
  }

  async round(): Promise<readonly Figure[]> {
    const { members, each } = this.#work;
    const collected = this.#collector!.ask({ type: 'expect', count: members });
    const start = { type: 'start', count: members * each, burst: BURST } as const;
    const { startNs } = await this.#crier!.ask(start);
    const { endNs, sum } = await collected;
    await assertConserved(this.#system!);
    return figures(this.#work, sum, endNs - startNs);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** The same crowd of array actors. */
class ArrayCrowd implements Subject {
  readonly name = 'array';
  readonly #work: Work;
  readonly #scheduler = new ArrayScheduler<number>();
  readonly #members: ArrayActor<number>[] = [];
  readonly #collector: ArrayActor<number>;
  #sum = 0;

  constructor(work: Work) {
    this.#work = work;
    this.#collector = new ArrayActor<number>(this.#scheduler, (n) => {
      this.#sum += n;
    });
  }

  async open(): Promise<void> {
    const { members, each } = this.#work;
    for (let i = 0; i < members; i++) this.#members.push(this.#member(each));
  }

  #member(each: number): ArrayActor<number> {
    const collector = this.#collector;
    let left = each;
    let sum = 0;
    return new ArrayActor<number>(this.#scheduler, (n) => {
      sum += n;
      if (--left > 0) return;
      collector.tell(sum);
      left = each;
      sum = 0;
    });
  }

  async round(): Promise<readonly Figure[]> {
    const members = this.#members;
    const count = this.#work.each * members.length;
    let sent = 0;
    const crier = new ArrayActor<number>(this.#scheduler, () => {
      for (const end = Math.min(sent + BURST, count); sent < end; sent++) {
        members[sent % members.length]!.tell(sent);
      }
      if (sent < count) crier.tell(0);
    });
    this.#sum = 0;
    const startNs = nowNs();
    crier.tell(0);
    this.#scheduler.run();
    return figures(this.#work, this.#sum, nowNs() - startNs);
  }

  async close(): Promise<void> {
    this.#members.length = 0;
  }
}

/** One actor tells many of its thread, each in its turn: what the number of actors costs. */
export const bench: Bench = {
  contests: (scale) =>
    CROWDS.map((crowd) => {
      const members = countOf(scale, crowd, Math.min(crowd, SMOKE_CROWD));
      const each = countOf(scale, 4_000_000, 20_000) / members;
      const work = { members, each };
      return { bench: `actors.${crowd}`, subjects: [new TroupeCrowd(work), new ArrayCrowd(work)] };
    }),
};
