import type { ActorRef, ActorSystem } from 'troupe';
import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { type Bench, check, countOf, type Figure, nowNs, type Subject } from './harness.js';
import { expectedSum } from './loads.js';
import { BRANCHES, type RootMessage, SkynetRoot } from './skynet-actors.js';
import { assertConserved, startSystem } from './system.js';

/** The figure of a round, in seconds: the less the better. */
function elapsed(leaves: number, sum: number, elapsedNs: number): readonly Figure[] {
  const expected = expectedSum('int', leaves);
  check(sum === expected, () => `the sum of the leaves is ${sum}, not ${expected}`);
  return [{ suffix: '', value: elapsedNs / 1e9, unit: 's' }];
}

class TroupeSkynet implements Subject {
  readonly name = 'troupe';
  readonly #leaves: number;
  #system: ActorSystem | undefined;
  #root: ActorRef<RootMessage> | undefined;

  constructor(leaves: number) {
    this.#leaves = leaves;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 2 });
    this.#system = system;
    this.#root = system.spawn(SkynetRoot, undefined);
    await system.started(this.#root);
  }

  async round(): Promise<readonly Figure[]> {
    const leaves = this.#leaves;
    const { elapsedNs, sum } = await this.#root!.ask({ type: 'grow', leaves });
    await assertConserved(this.#system!);
    return elapsed(leaves, sum, elapsedNs);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** A number from a child, or the word to begin. */
type Sum = number | undefined;

/** The same tree of array actors, on one thread. */
class ArraySkynet implements Subject {
  readonly name = 'array';
  readonly #leaves: number;

  constructor(leaves: number) {
    this.#leaves = leaves;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const scheduler = new ArrayScheduler<Sum>();
    let total = -1;
    const grow = (report: (sum: number) => void, number: number, leaves: number): void => {
      let left = BRANCHES;
      let sum = 0;
      const node = new ArrayActor<Sum>(scheduler, (message) => {
        if (message !== undefined) {
          sum += message;
          if (--left === 0) report(sum);
        } else if (leaves === 1) {
          report(number);
        } else {
          const share = leaves / BRANCHES;
          const toNode = (childSum: number): void => node.tell(childSum);
          for (let i = 0; i < BRANCHES; i++) grow(toNode, number + i * share, share);
        }
      });
      node.tell(undefined);
    };
    const startNs = nowNs();
    grow(
      (sum) => {
        total = sum;
      },
      0,
      this.#leaves,
    );
    scheduler.run();
    return elapsed(this.#leaves, total, nowNs() - startNs);
  }

  async close(): Promise<void> {}
}

/** Workload I: a tree of actors, ten children each; the leaves are numbered, the root gets their sum. */
export const bench: Bench = {
  contests: (scale) => {
    const leaves = countOf(scale, 1_000_000, 1000);
    return [{ bench: 'skynet', subjects: [new TroupeSkynet(leaves), new ArraySkynet(leaves)] }];
  },
};
