import t from 'tap';
import { BreakerCore, REFUSED } from '#runtime/resilience/breaker/breaker-core.js';
import { breakerPolicy } from '#runtime/resilience/breaker/breaker-options.js';
import { PHASE_NAMES } from '#runtime/resilience/breaker/phase.js';
import { LocalCell } from '#runtime/resilience/breaker/state-cell.js';
import { HalfOpenOracle, type OracleOptions } from './half-open-oracle.js';

const START_MS = 1000;
const STEP_MS = 50;
const CALLERS = 3;
const NO_CHANCE = { next: () => 0 };
const VERDICTS = ['success', 'failure', 'ignore'] as const;

/** What can happen: time passes, or one of the callers takes its next step. */
type Action = 'time' | `enter ${number}` | `${(typeof VERDICTS)[number]} ${number}`;

/** The real breaker and the oracle, led along one path. */
class Pair {
  readonly oracle: HalfOpenOracle;
  readonly #core: BreakerCore;
  readonly #tickets = new Map<number, number>();
  #nowMs = START_MS;

  constructor(options: OracleOptions) {
    const { permits, permitMs, openMs, failureRate } = options;
    const policy = breakerPolicy({
      window: { kind: 'consecutive', failures: 1 },
      failureRate,
      open: { minMs: openMs, maxMs: openMs, jitter: 'none' },
      trial: { permits, permitMs },
    });
    this.#core = new BreakerCore(policy, new LocalCell(), NO_CHANCE, { phaseBegan: () => {} });
    this.oracle = new HalfOpenOracle(options, START_MS + openMs);
    this.#core.trip(this.#core.enter(), START_MS);
  }

  get actions(): Action[] {
    const actions: Action[] = ['time'];
    for (let caller = 0; caller < CALLERS; caller++) {
      if (!this.#tickets.has(caller)) actions.push(`enter ${caller}`);
      else actions.push(...VERDICTS.map((verdict): Action => `${verdict} ${caller}`));
    }
    return actions;
  }

  /** @returns how the two differ, if they do */
  do(action: Action): string | undefined {
    const [verb, number] = action.split(' ') as [string, string | undefined];
    const caller = Number(number);
    if (verb === 'time') this.#nowMs += STEP_MS;
    else if (verb === 'enter') {
      const ticket = this.#core.admit(this.#nowMs);
      const isAdmitted = this.oracle.enter(caller, this.#nowMs);
      if (ticket !== REFUSED) this.#tickets.set(caller, ticket);
      if ((ticket !== REFUSED) !== isAdmitted) return isAdmitted ? 'refused' : 'admitted';
    } else {
      const verdict = verb as (typeof VERDICTS)[number];
      this.#core.record(this.#tickets.get(caller)!, verdict, false, this.#nowMs);
      this.#tickets.delete(caller);
      this.oracle.settle(caller, verdict, this.#nowMs);
    }
    this.oracle.look(this.#nowMs);
    const phase = PHASE_NAMES[this.#core.look(this.#nowMs).phase];
    return phase === this.oracle.phase ? undefined : `${phase}, not ${this.oracle.phase}`;
  }

  /** Time passes and calls succeed. @returns whether it closes, whatever the former callers do */
  heals(): boolean {
    for (let i = 0; i < 40; i++) {
      const ticket = this.#core.admit(this.#nowMs);
      if (ticket !== REFUSED) this.#core.record(ticket, 'success', false, this.#nowMs);
      if (PHASE_NAMES[this.#core.state.phase] === 'closed') return true;
      this.#nowMs += STEP_MS;
    }
    return false;
  }

  get key(): string {
    return `${this.oracle.key(this.#nowMs)} ${[...this.#tickets.keys()].sort().join()}`;
  }
}

const MOST_STATES = 20_000;

/** Follows every sequence of actions through states not met before. */
function explore(options: OracleOptions): number {
  const known = new Set<string>();
  const paths: Action[][] = [[]];
  const along = (path: readonly Action[]): Pair => {
    const pair = new Pair(options);
    for (const action of path) {
      const difference = pair.do(action);
      if (difference !== undefined) throw new Error(`${path.join(', ')}: ${difference}`);
    }
    return pair;
  };
  for (const path of paths) {
    const pair = along(path);
    if (known.has(pair.key)) continue;
    known.add(pair.key);
    if (known.size > MOST_STATES) throw new Error('more states than there can be');
    for (const action of pair.oracle.phase === 'closed' ? [] : pair.actions) {
      paths.push([...path, action]);
    }
    if (!pair.heals()) throw new Error(`${path.join(', ')}: it never closes again`);
  }
  return known.size;
}

for (const [permits, failureRate] of [
  [1, 0.5],
  [2, 0.5],
  [2, 1],
  [3, 0.5],
  [3, 0.34],
] as const) {
  t.test(
    `${permits} permits, rate ${failureRate}: every order of calls, results and time`,
    async (t) => {
      const states = explore({ permits, failureRate, permitMs: 100, openMs: 100 });
      t.ok(states > 10);
      t.comment(`${states} states`);
    },
  );
}
