/** Something that is called at a moment of virtual time. */
export interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly call: () => void;
  /** It goes on for ever, such as the looks of a watchdog: nobody waits for it. */
  readonly isBackground: boolean;
  isCancelled: boolean;
}

const START_MS = 1000;

/**
 * The one virtual time of a simulation, in milliseconds, and what is due when. It stands still until it is
 * moved: by what the threads do, each step a little, and by jumps to what is due next when nothing can run.
 */
export class VirtualTime {
  #nowMs = START_MS;
  /** Ordered by time, then by order of arming. */
  readonly #due: Due[] = [];
  #order = 0;
  #foregroundCount = 0;
  /** Milliseconds that handlers have hogged: time is one for all, so the other threads stood still. */
  hoggedMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Moves time forward. */
  spend(ms: number): void {
    this.#nowMs += ms;
  }

  /** Calls what reads the clock for long. */
  hogs(call: () => void): void {
    const beganMs = this.#nowMs;
    call();
    this.hoggedMs += this.#nowMs - beganMs;
  }

  /** Arms a call. @returns what `cancel` takes */
  after(delayMs: number, call: () => void, isBackground = false): Due {
    const due = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order++,
      call,
      isBackground,
      isCancelled: false,
    };
    if (!isBackground) this.#foregroundCount++;
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#due[middle]!.atMs <= due.atMs) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, due);
    return due;
  }

  cancel(due: Due): void {
    if (!due.isCancelled) this.#settle(due);
    due.isCancelled = true;
  }

  #settle(due: Due): void {
    if (!due.isBackground) this.#foregroundCount--;
  }

  /** True when nothing is to come but what goes on for ever. */
  get isQuiet(): boolean {
    return this.#foregroundCount === 0;
  }

  /** The earliest moment at which something is due; Infinity for none. */
  get nextMs(): number {
    while (this.#due[0]?.isCancelled) this.#due.shift();
    return this.#due[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  /** Moves time to the next moment at which something is due, if it is not past already. */
  jump(): void {
    this.#nowMs = Math.max(this.#nowMs, this.nextMs);
  }

  /** Calls all that is due now. */
  fire(): void {
    while (this.nextMs <= this.#nowMs) {
      const due = this.#due.shift()!;
      this.#settle(due);
      due.isCancelled = true;
      due.call();
    }
  }
}
