import type { Program } from './program.js';

/** Whether a program still breaks the promise that is looked into. */
export type Fails = (program: Program) => Promise<boolean>;

/** Programs that are tried at most. */
const MAX_TRIALS = 400;

/**
 * Makes a failing program small: drops faults, commands, whole scripts and single actions, as long as it
 * still fails, in halves first and then one by one (Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", 2002).
 */
export async function shrink(program: Program, fails: Fails): Promise<Program> {
  const trials = { left: MAX_TRIALS };
  let best = program;
  for (;;) {
    const before = sizeOf(best);
    best = await drop(best, 'faults', fails, trials);
    best = await drop(best, 'commands', fails, trials);
    best = await emptyScripts(best, fails, trials);
    best = await dropActions(best, fails, trials);
    if (sizeOf(best) === before || trials.left <= 0) return best;
  }
}

/** Things in a program: what `shrink` makes smaller. */
export function sizeOf({ faults, commands, scripts }: Program): number {
  const actions = scripts.reduce((sum, script) => sum + script.length, 0);
  return faults.length + commands.length + actions;
}

async function drop(
  program: Program,
  field: 'faults' | 'commands',
  fails: Fails,
  trials: { left: number },
): Promise<Program> {
  const kept = await dropFrom<unknown>(program[field], trials, (items) =>
    fails({ ...program, [field]: items } as Program),
  );
  return { ...program, [field]: kept } as Program;
}

async function dropFrom<T>(
  items: readonly T[],
  trials: { left: number },
  fails: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < kept.length; ) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (trials.left-- > 0 && (await fails(fewer))) kept = fewer;
      else at += size;
    }
  }
  return kept;
}

async function emptyScripts(
  program: Program,
  fails: Fails,
  trials: { left: number },
): Promise<Program> {
  let best = program;
  for (let index = 0; index < program.scripts.length; index++) {
    if (best.scripts[index]!.length === 0) continue;
    const scripts = best.scripts.with(index, []);
    if (trials.left-- > 0 && (await fails({ ...best, scripts }))) best = { ...best, scripts };
  }
  return best;
}

async function dropActions(
  program: Program,
  fails: Fails,
  trials: { left: number },
): Promise<Program> {
  let best = program;
  for (let index = 0; index < program.scripts.length; index++) {
    const actions = await dropFrom(best.scripts[index]!, trials, (fewer) =>
      fails({ ...best, scripts: best.scripts.with(index, fewer) }),
    );
    best = { ...best, scripts: best.scripts.with(index, actions) };
  }
  return best;
}
