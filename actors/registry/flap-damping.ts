/** When an instance that comes and goes is held down. A flap costs 1 and is forgotten by half-lives. */
export interface FlapLimits {
  /** Penalty from which it is held; 4 unless given. */
  readonly holdAt: number;
  /** Penalty below which it is let go; 1.5 unless given. */
  readonly releaseAt: number;
  /** Greatest penalty, which bounds the longest hold; 8 unless given. */
  readonly most: number;
  /** 30,000 unless given. */
  readonly halfLifeMs: number;
}

interface Penalty {
  value: number;
  atMs: number;
  isHeld: boolean;
}

/** Below this a penalty is forgotten. */
const FORGOTTEN = 0.1;

/**
 * Route flap damping (RFC 2439, section 4.2) for instances: exponential decay, two thresholds. Penalties stay
 * when the instance is removed, since coming back is what is counted.
 */
export class FlapDamping {
  readonly #limits: FlapLimits;
  readonly #penalties = new Map<string, Penalty>();

  constructor(limits: FlapLimits) {
    this.#limits = limits;
  }

  /** Instances with a penalty. */
  get size(): number {
    return this.#penalties.size;
  }

  /** It went down or away by itself. @returns true when it is held from now on or still */
  flap(key: string, nowMs: number): boolean {
    const penalty = this.#decayed(key, nowMs) ?? { value: 0, atMs: nowMs, isHeld: false };
    penalty.value = Math.min(this.#limits.most, penalty.value + 1);
    if (penalty.value >= this.#limits.holdAt) penalty.isHeld = true;
    this.#penalties.set(key, penalty);
    return penalty.isHeld;
  }

  isHeld(key: string): boolean {
    return this.#penalties.get(key)?.isHeld === true;
  }

  /** Lets time pass for all. @returns the keys that are held no longer */
  release(nowMs: number): string[] {
    const released: string[] = [];
    for (const key of this.#penalties.keys()) {
      const penalty = this.#decayed(key, nowMs)!;
      if (penalty.isHeld && penalty.value < this.#limits.releaseAt) {
        penalty.isHeld = false;
        released.push(key);
      }
      if (penalty.value < FORGOTTEN) this.#penalties.delete(key);
    }
    return released;
  }

  #decayed(key: string, nowMs: number): Penalty | undefined {
    const penalty = this.#penalties.get(key);
    if (penalty === undefined) return undefined;
    penalty.value *= 0.5 ** (Math.max(0, nowMs - penalty.atMs) / this.#limits.halfLifeMs);
    penalty.atMs = nowMs;
    return penalty;
  }
}
