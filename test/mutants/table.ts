import type { Mutant } from './mutant.js';
import type { Verdict } from './run.js';

/** A mutant and what became of it. */
export interface Result {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/** What a result means: `missed` and `misjudged` are reasons to fail. */
export type Outcome = 'found' | 'equivalent' | 'missed' | 'misjudged';

const CHECK_WIDTH = 60;

/**
 * | said to be equivalent | found     | not found  |
 * |-----------------------|-----------|------------|
 * | no                    | found     | missed     |
 * | yes                   | misjudged | equivalent |
 */
export function outcomeOf({ mutant, verdict }: Result): Outcome {
  if (mutant.equivalent === undefined) return verdict.isFound ? 'found' : 'missed';
  return verdict.isFound ? 'misjudged' : 'equivalent';
}

/** Wide enough for the names of all mutants. */
export function nameWidth(mutants: readonly Mutant[]): number {
  return Math.max(...mutants.map(({ name }) => name.length));
}

/** One line of the table: the mutant, the seeds it took, what found it. */
export function rowOf(result: Result, width: number): string {
  const { mutant, verdict } = result;
  const name = mutant.name.padEnd(width);
  switch (outcomeOf(result)) {
    case 'found':
      return `${name}  ${seedsOf(verdict)}  ${shorten(verdict.check)}`;
    case 'missed':
      return `${name}  ${seedsOf(verdict)}  NOT FOUND`;
    case 'equivalent':
      return `${name}  ${seedsOf(verdict)}  equivalent: ${mutant.equivalent}`;
    case 'misjudged':
      return `${name}  ${seedsOf(verdict)}  FOUND, but listed as equivalent: ${shorten(verdict.check)}`;
  }
}

function seedsOf({ seedCount }: Verdict): string {
  return (Number.isNaN(seedCount) ? '?' : String(seedCount)).padStart(5);
}

function shorten(check: string): string {
  return check.length <= CHECK_WIDTH ? check : `${check.slice(0, CHECK_WIDTH - 1)}…`;
}

/** How many were found, and after how many seeds. */
export function summaryOf(results: readonly Result[]): string {
  const counts = { found: 0, equivalent: 0, missed: 0, misjudged: 0 };
  const seeds: number[] = [];
  for (const result of results) {
    const outcome = outcomeOf(result);
    counts[outcome]++;
    const { seedCount } = result.verdict;
    if (outcome === 'found' && !Number.isNaN(seedCount)) seeds.push(seedCount);
  }
  seeds.sort((one, other) => one - other);
  const parts = [
    `${results.length} mutants: ${counts.found} found`,
    `${counts.equivalent} equivalent`,
    `${counts.missed} not found`,
  ];
  if (counts.misjudged > 0) parts.push(`${counts.misjudged} wrongly listed as equivalent`);
  const text = parts.join(', ');
  if (seeds.length === 0) return text;
  const at = (share: number): number => seeds[Math.ceil(seeds.length * share) - 1]!;
  return `${text}; seeds until found: half within ${at(0.5)}, 90 % within ${at(0.9)}, all within ${at(1)}`;
}
