const KEPT_COUNT = 128;
/** A new estimate after so many latencies. */
const STEP_COUNT = 16;

/** A quantile of the last 128 latencies, worked out anew after every 16th. */
export class LatencyQuantile {
  readonly #quantile: number;
  readonly #latenciesMs = new Float64Array(KEPT_COUNT);
  #count = 0;
  #estimateMs: number | undefined;

  /** @param quantile above 0, below 1 */
  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  /** Undefined before the first 16 latencies. */
  get estimateMs(): number | undefined {
    return this.#estimateMs;
  }

  record(latencyMs: number): void {
    this.#latenciesMs[this.#count % KEPT_COUNT] = latencyMs;
    this.#count++;
    if (this.#count % STEP_COUNT !== 0) return;
    const sorted = this.#latenciesMs.slice(0, this.#count).sort();
    this.#estimateMs = sorted[Math.floor(this.#quantile * sorted.length)]!;
  }
}
