import { type Flow, flowsByReceiver } from './flow.js';
import { check, type Figure, rate, type Subject } from './harness.js';
import { expectedSum, type LoadName } from './loads.js';
import { PortThreads } from './port-threads.js';

/** Messages of an array that a program fills by hand. */
const BATCH = 100;

/** What the threads of `used-heap` hold beside the modules of the runtime: 9 MiB in all, as a thread of a system. */
const HEAP_IN_USE_BYTES = 1024 * 1024;

/**
 * How the messages are posted: as they are, in arrays made by hand, handed over, or as they are between threads
 * whose heap is in use.
 */
export type PortVariant = 'batched' | 'transfer' | 'used-heap';

/** What is posted by whom to whom. */
export interface PortFlowPlan {
  /** Names a subject that does the same in another way. */
  readonly suffix?: string;
  /** Between threads numbered from 0. */
  readonly flows: readonly Flow[];
  readonly load: LoadName;
  /** Messages of all flows in a round: a multiple of their number. */
  readonly count: number;
  readonly burst: number;
  readonly sizeBytes?: number;
  readonly variant?: PortVariant | undefined;
}

/** The baseline of one-way messages: `postMessage` as fast as it goes, in bursts, a channel for each flow. */
export class PortFlowSubject implements Subject {
  readonly name: string;
  readonly #plan: PortFlowPlan;
  #threads: PortThreads | undefined;
  /** The number of each flow's two ports on their threads. */
  #ports: readonly (readonly [number, number])[] = [];

  constructor(plan: PortFlowPlan) {
    const suffix = plan.suffix ?? plan.variant;
    this.name = suffix === undefined ? 'postMessage' : `postMessage/${suffix}`;
    this.#plan = plan;
  }

  async open(): Promise<void> {
    const { flows, variant } = this.#plan;
    const used: number[] = Array(1 + Math.max(...flows.flat())).fill(0);
    const next = (thread: number): number => used[thread]!++;
    this.#ports = flows.map(([from, to]) => [next(from), next(to)]);
    const heapBytes = variant === 'used-heap' ? HEAP_IN_USE_BYTES : 0;
    this.#threads = new PortThreads(used.length, flows, heapBytes);
  }

  async round(): Promise<readonly Figure[]> {
    const { flows, load, count, burst, sizeBytes = 0, variant } = this.#plan;
    const threads = this.#threads!;
    const each = count / flows.length;
    const receivers = [...flowsByReceiver(flows)];
    const receiving = receivers.map(([thread, incoming]) =>
      threads.begin(thread, {
        type: 'receive',
        ports: this.#ports.filter((_, i) => flows[i]![1] === thread).map(([, port]) => port),
        load,
        count: each * incoming,
        batched: variant === 'batched',
      }),
    );
    await Promise.all(receiving.map(({ ready }) => ready));
    const work = {
      type: 'send',
      load,
      count: each,
      burst,
      sizeBytes,
      batch: variant === 'batched' ? BATCH : 1,
      transfer: variant === 'transfer',
    } as const;
    const sending = flows.map(
      ([from], i) => threads.begin(from, { ...work, port: this.#ports[i]![0] }).done,
    );
    const starts = (await Promise.all(sending)).map(({ startNs }) => startNs);
    const ends = await Promise.all(receiving.map(({ done }) => done));
    ends.forEach(({ sum }, i) => {
      const expected = expectedSum(load, each) * receivers[i]![1];
      check(sum === expected, () => `the sum is ${sum}, not ${expected}`);
    });
    const endNs = Math.max(...ends.map((end) => end.endNs));
    return [rate(count, endNs - Math.min(...starts), 'msg/s')];
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }
}
