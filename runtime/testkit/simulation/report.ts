import { Coverage, SITUATIONS } from './coverage.js';
import type { Fault, Program } from './program.js';
import type { Outcome } from './run-program.js';
import { sizeOf } from './shrink.js';

/** Seeds from which on every situation must have occurred. */
export const COVERING_SEEDS = 500;
/** Lines of a trace that people are shown: the last are those that matter. */
const MAX_LINES = 60;

/** What a run over many seeds came to. */
export class Tally {
  readonly coverage = new Coverage();
  readonly faults = new Map<Fault['do'], number>();
  seeds = 0;
  steps = 0;

  add({ coverage, faults, steps }: Outcome): void {
    this.seeds++;
    this.steps += steps;
    this.coverage.add(coverage);
    for (const [kind, count] of faults) this.faults.set(kind, (this.faults.get(kind) ?? 0) + count);
  }

  /** True when something never occurred that must, with so many seeds. */
  get isIncomplete(): boolean {
    return this.seeds >= COVERING_SEEDS && this.coverage.missing.length > 0;
  }

  /** @param ms how long it took */
  text(ms: number): string {
    const rate = Math.round((this.steps / ms) * 1000);
    const faults = [...this.faults].sort().map(([kind, count]) => `${kind} ${count}`);
    const lines = [
      `${this.seeds} seeds, ${this.steps} steps, ${rate} steps/s, ${(ms / 1000).toFixed(1)} s`,
      `faults: ${faults.join(', ') || 'none'}`,
      'situations:',
      ...SITUATIONS.map((each) => {
        const count = this.coverage.counts.get(each) ?? 0;
        return `${String(count).padStart(9)}  ${each}${count === 0 ? '  <- never' : ''}`;
      }),
    ];
    return lines.join('\n');
  }
}

/** A failing simulation, for people: the promise, the program that breaks it, and what happened. */
export function failureText(program: Program, { violations, lines, hash }: Outcome): string {
  const { seed, settings, scripts, commands, faults } = program;
  const used = scripts.flatMap((script, index) =>
    script.length === 0 ? [] : [`  script ${index}: ${script.map(short).join('; ')}`],
  );
  return [
    `seed ${seed} breaks a promise (${violations[0]?.check}), hash ${hash}:`,
    ...violations.map(({ step, text }) => `  step ${step}: ${text}`),
    `the program, ${sizeOf(program)} things:`,
    `  settings ${JSON.stringify(settings)}`,
    ...commands.map((command) => `  ${short(command)}`),
    ...used,
    ...faults.map((fault) => `  fault ${short(fault)}`),
    'what happened (virtual ms, thread):',
    ...lines.slice(-MAX_LINES),
  ].join('\n');
}

function short(value: object): string {
  const parts = Object.entries(value).filter(([, each]) => each !== undefined);
  return parts
    .map(([key, each]) => (key === 'do' ? each : `${key} ${JSON.stringify(each)}`))
    .join(' ');
}
