/**
 * One step that a process has just done. With `until`, the process then sleeps: it takes its next
 * step only when the condition holds.
 */
export interface Done {
  readonly name: string;
  readonly until?: () => boolean;
}

/** A sequential program; the code up to a `yield` is one indivisible step. */
export type Process = Generator<Done, void>;

/** What all interleavings together showed. */
export interface Explored {
  readonly schedules: number;
  /** The steps of the first schedules that ended with a process asleep for ever. */
  readonly stuck: readonly string[];
}

const MAX_STEPS = 200;
const KEPT_COUNT = 3;

/**
 * Runs every interleaving of the steps of a few processes, each on a world of its own. Depth first:
 * a schedule is the list of its choices, and the next one differs in the last choice that can.
 *
 * @param build makes a fresh world; its processes share what they like
 * @throws when a schedule does not end, or `build`'s processes throw; the message has the steps
 */
export function explore(build: () => readonly Process[]): Explored {
  const choices: number[] = [];
  const stuck: string[] = [];
  for (let schedules = 1; ; schedules++) {
    const { widths, trace, isStuck } = runOne(build(), choices);
    if (isStuck && stuck.length < KEPT_COUNT) stuck.push(trace.join(' | '));
    let depth = widths.length - 1;
    while (depth >= 0 && (choices[depth] ?? 0) + 1 >= widths[depth]!) depth--;
    if (depth < 0) return { schedules, stuck };
    choices.length = depth + 1;
    choices[depth] = (choices[depth] ?? 0) + 1;
    for (let i = 0; i < depth; i++) choices[i] ??= 0;
  }
}

function runOne(
  processes: readonly Process[],
  choices: number[],
): { widths: number[]; trace: string[]; isStuck: boolean } {
  const widths: number[] = [];
  const trace: string[] = [];
  const sleeps: ((() => boolean) | undefined)[] = processes.map(() => undefined);
  const alive = processes.map((_, index) => index);
  for (;;) {
    const enabled = alive.filter((index) => sleeps[index]?.() ?? true);
    if (enabled.length === 0) return { widths, trace, isStuck: alive.length > 0 };
    choices[widths.length] ??= 0;
    const index = enabled[choices[widths.length]!]!;
    widths.push(enabled.length);
    if (widths.length > MAX_STEPS) throw new Error(`no end: ${trace.join(' | ')}`);
    const result = processes[index]!.next();
    if (result.done) {
      alive.splice(alive.indexOf(index), 1);
      continue;
    }
    trace.push(`${index}: ${result.value.name}`);
    sleeps[index] = result.value.until;
  }
}
