import type { Figure, Subject } from '../harness.js';

/** One bench as a peer does it. `P` is what stays open from round to round: its system, its module. */
export interface PeerPlan<P> {
  readonly name: string;
  readonly count: number;
  readonly open: () => Promise<P>;
  /** Does `count` pieces of work and checks them. */
  readonly work: (peer: P, count: number) => Promise<readonly Figure[]>;
  readonly close: (peer: P) => Promise<void>;
}

/** A peer as a contender of a bench. */
export class PeerSubject<P> implements Subject {
  readonly name: string;
  readonly #plan: PeerPlan<P>;
  #peer: P | undefined;

  constructor(plan: PeerPlan<P>) {
    this.name = plan.name;
    this.#plan = plan;
  }

  async open(): Promise<void> {
    this.#peer = await this.#plan.open();
  }

  async round(): Promise<readonly Figure[]> {
    return this.#plan.work(this.#peer as P, this.#plan.count);
  }

  async close(): Promise<void> {
    if (this.#peer === undefined) return;
    await this.#plan.close(this.#peer);
  }
}
