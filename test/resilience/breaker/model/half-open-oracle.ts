import type { Verdict } from '#runtime/resilience/index.js';

/** One permit of a trial, as somebody would write it on paper. */
interface Permit {
  readonly caller: number;
  readonly endsAtMs: number;
  state: 'out' | 'good' | 'bad';
}

/** What the oracle is told of a breaker. */
export interface OracleOptions {
  readonly permits: number;
  readonly permitMs: number;
  readonly openMs: number;
  readonly failureRate: number;
}

/**
 * What an open breaker must do, told without generations, tickets or typed arrays: permits are a list, and every
 * question is answered by counting. Trips and closed calls are no part of it.
 */
export class HalfOpenOracle {
  phase: 'open' | 'half-open' | 'closed' = 'open';
  readonly #options: OracleOptions;
  #untilMs: number;
  #permits: Permit[] = [];

  constructor(options: OracleOptions, untilMs: number) {
    this.#options = options;
    this.#untilMs = untilMs;
  }

  /** @returns whether the caller may call */
  enter(caller: number, nowMs: number): boolean {
    this.look(nowMs);
    if (this.phase === 'open' && nowMs >= this.#untilMs) {
      this.phase = 'half-open';
      this.#permits = [];
    }
    if (this.phase === 'closed') return true;
    if (this.phase === 'open' || this.#permits.length === this.#options.permits) return false;
    const endsAtMs = nowMs + this.#options.permitMs;
    this.#permits.push({ caller, endsAtMs, state: 'out' });
    return true;
  }

  settle(caller: number, verdict: Verdict, nowMs: number): void {
    this.look(nowMs);
    const permit = this.#permits.find((each) => each.caller === caller && each.state === 'out');
    if (this.phase !== 'half-open' || permit === undefined) return;
    if (verdict === 'ignore') this.#permits = this.#permits.filter((each) => each !== permit);
    else permit.state = verdict === 'success' ? 'good' : 'bad';
    this.#judge(nowMs);
  }

  look(nowMs: number): void {
    if (this.phase !== 'half-open') return;
    for (const permit of this.#permits) {
      if (permit.state === 'out' && permit.endsAtMs <= nowMs) permit.state = 'bad';
    }
    this.#judge(nowMs);
  }

  /** Everything that decides its future, with times from now. */
  key(nowMs: number): string {
    const permits = this.#permits.map(
      ({ caller, endsAtMs, state }) =>
        `${state}${state === 'out' ? `${caller}:${endsAtMs - nowMs}` : ''}`,
    );
    const openMs = this.phase === 'open' ? Math.max(0, this.#untilMs - nowMs) : 0;
    return `${this.phase} ${openMs} ${permits.join()}`;
  }

  #judge(nowMs: number): void {
    const { permits, failureRate, openMs } = this.#options;
    const count = (state: Permit['state']): number =>
      this.#permits.filter((each) => each.state === state).length;
    if (count('bad') / permits >= failureRate) {
      this.phase = 'open';
      this.#untilMs = nowMs + openMs;
      this.#permits = [];
    } else if ((permits - count('good')) / permits < failureRate) {
      this.phase = 'closed';
      this.#permits = [];
    }
  }
}
