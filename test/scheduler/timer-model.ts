/** A timer as the model sees it. */
interface Armed {
  id: number;
  tick: number;
  order: number;
  isDue: boolean;
}

/** What a timer wheel promises, as a plain list: the reference of the property test. */
export class TimerModel {
  #armed: Armed[] = [];
  #order = 0;
  #horizon: number;

  constructor(nowMs: number) {
    this.#horizon = Math.floor(nowMs);
  }

  get size(): number {
    return this.#armed.length;
  }

  arm(id: number, nowMs: number, delayMs: number): void {
    this.cancel(id);
    const tick = Math.ceil(nowMs + delayMs);
    const isDue = delayMs === 0 || tick <= this.#horizon;
    this.#armed.push({ id, tick, order: this.#order++, isDue });
  }

  cancel(id: number): boolean {
    const before = this.#armed.length;
    this.#armed = this.#armed.filter((timer) => timer.id !== id);
    return this.#armed.length < before;
  }

  advance(nowMs: number, visit: (id: number) => void): void {
    this.#horizon = Math.max(this.#horizon, Math.floor(nowMs));
    const begin = this.#order;
    for (;;) {
      const due = this.#armed.filter((timer) => timer.isDue && timer.order < begin);
      const passed = this.#armed.filter((timer) => !timer.isDue && timer.tick <= this.#horizon);
      passed.sort((a, b) => a.tick - b.tick || a.order - b.order);
      const next = due[0] ?? passed[0];
      if (next === undefined) return;
      this.cancel(next.id);
      visit(next.id);
    }
  }

  /** The tick at which something fires next; the present one if something is due. */
  nextTick(): number {
    return Math.min(
      ...this.#armed.map((timer) => (timer.isDue ? this.#horizon : timer.tick)),
      Number.POSITIVE_INFINITY,
    );
  }
}
