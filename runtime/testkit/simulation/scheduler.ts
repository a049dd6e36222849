import type { SeededRandom } from '../../base/random.js';
import { ModuleLoader } from '../../worker/module-loader.js';
import { type Place, Strand, ThreadKilled } from './strand.js';
import type { Trace } from './trace.js';
import type { VirtualTime } from './virtual-time.js';

/** What a scheduler tells its owner. */
export interface SchedulerPort {
  /** A strand dies on the stack: keep the shared memory as it stands. */
  onKilled(strand: Strand, place: Place): void;
  /** It is off the stack, and all that was left of it has run: bury it. */
  onBuried(strand: Strand): void;
  /** Code of a strand threw, which nothing in the runtime may do. */
  onThrown(strand: Strand, error: unknown): void;
  /** Nothing can run now: time is about to jump, or all is at rest. */
  onIdle(): void;
}

/**
 * Runs the strands of a simulation, one call a step: the seed picks which. After each call everything that
 * follows from it without waiting, the microtasks, runs to its end, so that a step leaves nothing behind.
 */
export class Scheduler {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly #port: SchedulerPort;
  readonly #strands: Strand[] = [];
  #steps = 0;
  #current: Strand | null = null;
  #isDraining = false;

  constructor(time: VirtualTime, random: SeededRandom, trace: Trace, port: SchedulerPort) {
    this.time = time;
    this.random = random;
    this.trace = trace;
    this.#port = port;
  }

  /** Steps made. */
  get steps(): number {
    return this.#steps;
  }

  /** Whose code runs now, its microtasks included. */
  get current(): Strand | null {
    return this.#current;
  }

  /** True while what runs belongs to a thread that is dead: it has no effect and counts for nothing. */
  get isGhost(): boolean {
    return this.#current?.isDead === true;
  }

  makeStrand(member: number, random: SeededRandom, costMs: number): Strand {
    const strand = new Strand(member, {
      time: this.time,
      random,
      costMs,
      isOnStack: (other) => this.#current === other && !this.#isDraining,
      onKilled: (other, place) => {
        other.die();
        this.#port.onKilled(other, place);
      },
    });
    this.#strands.push(strand);
    return strand;
  }

  /** The strand has nothing to run any more. */
  remove(strand: Strand): void {
    strand.die();
    const index = this.#strands.indexOf(strand);
    if (index >= 0) this.#strands.splice(index, 1);
  }

  /**
   * Makes one step; when no strand can run, moves time to what is due next.
   * @param untilMs time does not jump beyond this
   * @returns false when there is nothing left to do until then
   */
  async step(untilMs: number, goesOn: () => boolean): Promise<boolean> {
    for (;;) {
      this.time.fire();
      const strand = this.#pick();
      if (strand !== null) {
        await this.#run(strand);
        return true;
      }
      this.#port.onIdle();
      const nextMs = Math.min(this.time.nextMs, this.#stallEndMs());
      if (!goesOn() || nextMs > untilMs) return false;
      this.time.spend(Math.max(0, nextMs - this.time.nowMs));
    }
  }

  #stallEndMs(): number {
    let endMs = Number.POSITIVE_INFINITY;
    for (const strand of this.#strands) {
      if (strand.isReady && strand.isStalled) endMs = Math.min(endMs, strand.stalledUntilMs);
    }
    return endMs;
  }

  /** True when a strand has something to run, stalled ones included. */
  get hasReady(): boolean {
    return this.#strands.some((strand) => strand.isReady);
  }

  #pick(): Strand | null {
    let total = 0;
    for (const strand of this.#strands) {
      if (strand.isReady && !strand.isStalled) total += strand.weight;
    }
    if (total === 0) return null;
    let at = this.random.next() * total;
    let last: Strand | null = null;
    for (const strand of this.#strands) {
      if (!strand.isReady || strand.isStalled) continue;
      last = strand;
      at -= strand.weight;
      if (at < 0) break;
    }
    return last;
  }

  async #run(strand: Strand): Promise<void> {
    this.#steps++;
    this.#current = strand;
    this.trace.count(strand.member);
    try {
      strand.run();
    } catch (error) {
      if (!(error instanceof ThreadKilled)) this.#port.onThrown(strand, error);
    }
    await this.settle();
    if (strand.isKilled) this.#port.onBuried(strand);
    strand.isKilled = false;
    this.trace.count(Math.round(this.time.nowMs * 1000) | 0);
    this.#current = null;
  }

  /** Lets everything run that waits for nothing but its turn. */
  async settle(): Promise<void> {
    this.#isDraining = true;
    // Modules come from the disk, in the time of the machine, which must not show.
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (ModuleLoader.underWay > 0);
    this.#isDraining = false;
  }
}
