import { AskTable, type AskTableOwner } from './ask-table.js';
import type { ThreadMeter } from './thread-meter.js';

/** The asks of a thread where `metrics` is on: the time of each answer counts. */
class MeteredAskTable extends AskTable {
  readonly #meter: ThreadMeter;

  constructor(owner: AskTableOwner, probeMs: number, meter: ThreadMeter) {
    super(owner, probeMs);
    this.#meter = meter;
  }

  override settle(slot: number, generation: number, failed: boolean, value: unknown): void {
    const ask = this.find(slot, generation);
    if (ask?.isQuery === false) this.#meter.answered(this.#meter.clock.now() - ask.askedAtMs);
    super.settle(slot, generation, failed, value);
  }
}

/** The ask table of a thread; measured where there is a meter. */
export function makeAskTable(
  owner: AskTableOwner,
  probeMs: number,
  meter: ThreadMeter | null,
): AskTable {
  return meter === null ? new AskTable(owner, probeMs) : new MeteredAskTable(owner, probeMs, meter);
}
