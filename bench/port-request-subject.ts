import { check, type Figure, rate, type Subject } from './harness.js';
import { PortPair } from './port-pair.js';

/** Requests and replies by hand between two bare threads: an object with a number each way, a Map of promises. */
export class PortRequestSubject implements Subject {
  readonly name = 'postMessage';
  readonly #count: number;
  readonly #outstanding: number;
  readonly #unit: string;
  #pair: PortPair | undefined;

  /**
   * @param count requests of a round, a multiple of `outstanding`
   * @param outstanding requests under way at a time
   */
  constructor(count: number, outstanding: number, unit: string) {
    this.#count = count;
    this.#outstanding = outstanding;
    this.#unit = unit;
  }

  async open(): Promise<void> {
    this.#pair = new PortPair([[0, 1]]);
    await this.#pair.begin(1, { type: 'serve', port: 0 }).ready;
  }

  async round(): Promise<readonly Figure[]> {
    const [count, outstanding] = [this.#count, this.#outstanding];
    const work = { type: 'request', port: 0, count, outstanding } as const;
    return askedFigures(count, await this.#pair!.begin(0, work).done, this.#unit);
  }

  async close(): Promise<void> {
    await this.#pair?.close();
  }
}

/** The rate of requests that were all answered. */
export function askedFigures(
  count: number,
  { startNs, endNs, sum }: { startNs: number; endNs: number; sum: number },
  unit: string,
): readonly Figure[] {
  check(sum === count, () => `${sum} answers to ${count} questions`);
  return [rate(count, endNs - startNs, unit)];
}
