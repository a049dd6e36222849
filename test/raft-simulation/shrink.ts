import type { Action, Program } from './program.js';
import { run } from './run.js';

/** Most runs that making a program small may take. */
const MAX_RUNS = 400;

/**
 * Makes a program that breaks a promise smaller: leaves actions out, more and more finely, as long as the same
 * promise is broken (Zeller, delta debugging), and ends it where it breaks.
 */
export function shrink(program: Program, check: string): Program {
  let runs = 0;
  const stepsOf = (candidate: Program): number | undefined => {
    if (runs++ >= MAX_RUNS) return undefined;
    const outcome = run(candidate);
    return outcome.check === check ? outcome.steps : undefined;
  };
  let best = program;
  for (let size = Math.ceil(best.actions.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.actions.length; ) {
      const actions: Action[] = [...best.actions];
      actions.splice(at, size);
      const candidate = { ...best, actions };
      if (stepsOf(candidate) !== undefined) best = candidate;
      else at += size;
    }
  }
  return best;
}
