import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { PROPOSAL_BYTES, WiredGroup } from './raft-wiring.js';

const NODES = 3;

/** The core: `count` commands, `outstanding` at a time, until the leader has applied them. */
class CoreSubject implements Subject {
  readonly name: string;
  readonly #nodes: number;
  readonly #count: number;
  readonly #outstanding: number;
  #group: WiredGroup | undefined;

  constructor(name: string, nodes: number, count: number, outstanding: number) {
    this.name = name;
    this.#nodes = nodes;
    this.#count = count - (count % outstanding);
    this.#outstanding = outstanding;
  }

  async open(): Promise<void> {
    this.#group = new WiredGroup(this.#nodes);
  }

  async round(): Promise<readonly Figure[]> {
    const group = this.#group!;
    const before = group.applied;
    const startNs = nowNs();
    for (let done = 0; done < this.#count; done += this.#outstanding) {
      group.propose(this.#outstanding);
    }
    const endNs = nowNs();
    const applied = group.applied - before;
    check(applied === this.#count, () => `${applied} entries were applied, not ${this.#count}`);
    return [rate(this.#count, endNs - startNs, 'entries/s')];
  }

  async close(): Promise<void> {}
}

interface Row {
  readonly index: number;
  readonly term: number;
  readonly command: string;
}

/** What nobody replicates or checks: arrays to which entries are added. */
class ArrayLog implements Subject {
  readonly name = 'array';
  readonly #copies: number;
  readonly #count: number;

  constructor(copies: number, count: number) {
    this.#copies = copies;
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const command = 'x'.repeat(PROPOSAL_BYTES);
    const logs = Array.from({ length: this.#copies }, (): Row[] => []);
    const startNs = nowNs();
    for (let index = 1; index <= this.#count; index++) {
      const row = { index, term: 1, command };
      for (const log of logs) log.push(row);
    }
    const endNs = nowNs();
    check(
      logs.every(({ length }) => length === this.#count),
      () => 'a log has not all entries',
    );
    return [rate(this.#count, endNs - startNs, 'entries/s')];
  }

  async close(): Promise<void> {}
}

/** Three nodes on one thread, wired in memory: what the core itself costs. */
export const bench: Bench = {
  contests: (scale) =>
    [1, 64, 1024].map((outstanding) => {
      const full = outstanding === 1 ? 50_000 : 400_000;
      const count = countOf(scale, full, 4096);
      return {
        bench: `raft-core.${outstanding}`,
        subjects: [
          new CoreSubject('troupe', NODES, count, outstanding),
          new ArrayLog(NODES, count),
        ],
      };
    }),
};

/** Workload K4: one node appends and commits to itself, in memory. */
export const append: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 2_000_000, 4096);
    return [
      {
        bench: 'raft-append',
        subjects: [
          new CoreSubject('troupe', 1, count, 1024),
          new CoreSubject('troupe/one-by-one', 1, count, 1),
          new ArrayLog(1, count),
        ],
      },
    ];
  },
};
