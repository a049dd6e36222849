import { check, type Figure, rate, type Subject } from './harness.js';
import { expectedSum, type LoadName } from './loads.js';
import { PortPair } from './port-pair.js';

/** The baseline of one-way messages: `postMessage` as fast as it goes, in bursts. */
export class PortTellSubject implements Subject {
  readonly name = 'postMessage';
  readonly #load: LoadName;
  readonly #count: number;
  readonly #burst: number;
  readonly #sizeBytes: number;
  #pair: PortPair | undefined;

  constructor(load: LoadName, count: number, burst: number, sizeBytes = 0) {
    this.#load = load;
    this.#count = count;
    this.#burst = burst;
    this.#sizeBytes = sizeBytes;
  }

  async open(): Promise<void> {
    this.#pair = new PortPair([[0, 1]]);
  }

  async round(): Promise<readonly Figure[]> {
    const load = this.#load;
    const count = this.#count;
    const pair = this.#pair!;
    const receiving = pair.begin(1, {
      type: 'receive',
      ports: [0],
      load,
      count,
    });
    await receiving.ready;
    const sending = pair.begin(0, {
      type: 'send',
      port: 0,
      load,
      count,
      burst: this.#burst,
      sizeBytes: this.#sizeBytes,
    });
    const [{ startNs }, { endNs, sum }] = await Promise.all([sending.done, receiving.done]);
    check(sum === expectedSum(load, count), () => `the sum is ${sum}`);
    return [rate(count, endNs - startNs, 'msg/s')];
  }

  async close(): Promise<void> {
    await this.#pair?.close();
  }
}
