import { Machine, type Move } from './machine.js';
import { type Scenario, World } from './scenario.js';

/** What the exploration of a scenario showed. */
export interface Exploration {
  /** Distinct states, each explored once. */
  readonly states: number;
  /** Steps from them, to states known or new. */
  readonly steps: number;
  /** States in which all threads have ended well. */
  readonly ends: number;
  /** A shortest run that goes wrong; undefined when none does. */
  readonly counterexample: Counterexample | undefined;
}

/** A run that breaks a promise. */
export interface Counterexample {
  readonly reason: string;
  /** The steps in order, one line each. */
  readonly schedule: readonly string[];
}

/** How a state was reached first. */
interface Path {
  readonly before: Path | undefined;
  readonly move: Move;
}

interface Found {
  readonly index: number;
  readonly machine: Machine;
  readonly path: Path | undefined;
}

/** More states than this are a mistake in the bounds of a scenario. */
const MAX_STATES = 3_000_000;

/**
 * Explores every schedule of a bounded scenario. Breadth first, so that a counterexample is among the
 * shortest; states met before are not explored again. A run goes wrong when a program throws, a plain
 * access races, a thread sleeps for ever, the judge objects, or the threads come to a state from
 * which no schedule leads to an end.
 *
 * @throws when a program goes past the instruments, or the scenario is too large
 */
export function explore(scenario: Scenario): Exploration {
  const world = new World(scenario);
  try {
    const found = new Search(world).run();
    if (!scenario.arena.isIntact) throw new Error('a view that is not followed was written to');
    return found;
  } finally {
    world.close();
  }
}

/** One exploration while it runs. */
class Search {
  readonly #world: World;
  /** Index of each state by its key; `#paths` has how it was reached. */
  readonly #known = new Map<string, number>();
  readonly #paths: (Path | undefined)[] = [];
  /** Steps as pairs: from `#sources[i]` to `#targets[i]`. */
  readonly #sources: number[] = [];
  readonly #targets: number[] = [];
  readonly #ends: number[] = [];
  #following: Found[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  run(): Exploration {
    const first = new Machine(this.#world);
    if (first.violation !== undefined) return this.#result(first.violation);
    this.#note(first, undefined);
    while (this.#following.length > 0) {
      const level = this.#following;
      this.#following = [];
      for (const found of level) {
        const counterexample = this.#expand(found);
        if (counterexample !== undefined) return counterexample;
      }
      if (this.#known.size > MAX_STATES) throw new Error(`more than ${MAX_STATES} states`);
    }
    const lost = this.#withoutEnd();
    if (lost < 0) return this.#result();
    return this.#result('the threads go round for ever after this', this.#paths[lost]);
  }

  /** Does all steps from one state. @returns what went wrong, if anything */
  #expand({ index, machine, path }: Found): Exploration | undefined {
    const { moves } = machine;
    if (moves.length === 0) {
      const { verdict } = machine;
      if (verdict !== undefined) return this.#result(verdict, path);
      this.#ends.push(index);
    }
    for (const move of moves) {
      const next = new Machine(this.#world, machine);
      next.step(move);
      const way = { before: path, move };
      if (next.violation !== undefined) return this.#result(next.violation, way);
      this.#sources.push(index);
      this.#targets.push(this.#note(next, way));
    }
    return undefined;
  }

  /** @returns the index of a state, which is explored later if it is new */
  #note(machine: Machine, path: Path | undefined): number {
    const { key } = machine;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.#known.size;
    this.#known.set(key, index);
    this.#paths.push(path);
    this.#following.push({ index, machine, path });
    return index;
  }

  /** The first state from which no end can be reached; -1 for none. */
  #withoutEnd(): number {
    const before = this.#paths.map((): number[] => []);
    for (const [step, target] of this.#targets.entries()) {
      before[target]!.push(this.#sources[step]!);
    }
    const reaches = this.#paths.map(() => false);
    const open = [...this.#ends];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (reaches[index]) continue;
      reaches[index] = true;
      for (const source of before[index]!) open.push(source);
    }
    return reaches.indexOf(false);
  }

  #result(reason?: string, path?: Path): Exploration {
    const schedule = this.#scheduleOf(path);
    return {
      states: this.#known.size,
      steps: this.#targets.length,
      ends: this.#ends.length,
      counterexample: reason === undefined ? undefined : { reason, schedule },
    };
  }

  #scheduleOf(path: Path | undefined): string[] {
    const moves: Move[] = [];
    for (let at = path; at !== undefined; at = at.before) moves.unshift(at.move);
    const machine = new Machine(this.#world);
    return moves.map((move) => machine.step(move));
  }
}
