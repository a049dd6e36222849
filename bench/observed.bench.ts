import type { SystemOptions } from 'troupe';
import { type Bench, countOf, type Figure, type Subject } from './harness.js';
import { ReadingSender, ReadingSink } from './tell-actors.js';
import { TellSubject } from './tell-subject.js';

const BURST = 1000;

/** The work of `tell-cross-object` in a system that is measured or not. */
class ObservedSubject implements Subject {
  readonly name: 'off' | 'on';
  /** The rate of the latest round. */
  latest = Number.NaN;
  readonly #tells: TellSubject;
  readonly #reference: ObservedSubject | undefined;

  constructor(
    name: 'off' | 'on',
    system: SystemOptions,
    count: number,
    reference: ObservedSubject | undefined,
  ) {
    this.name = name;
    this.#reference = reference;
    this.#tells = new TellSubject({
      name,
      system: { threads: 2, ...system },
      sender: ReadingSender,
      receiver: ReadingSink,
      senderThreads: [1],
      receiverThread: 2,
      load: 'reading',
      count,
      burst: BURST,
      sizeBytes: 0,
    });
  }

  open(): Promise<void> {
    return this.#tells.open();
  }

  async round(): Promise<readonly Figure[]> {
    const figures = await this.#tells.round();
    this.latest = figures[0]!.value;
    const other = this.#reference?.latest;
    if (other === undefined) return figures;
    return [...figures, { suffix: '.ratio', value: this.latest / other, unit: 'x' }];
  }

  close(): Promise<void> {
    return this.#tells.close();
  }
}

/** What the option `metrics` costs: small objects to another thread, without it and with it. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 3_000_000, 10_000);
    const off = new ObservedSubject('off', {}, count, undefined);
    const on = new ObservedSubject('on', { metrics: true }, count, off);
    return [{ bench: 'tell-cross-observed', subjects: [off, on] }];
  },
};
