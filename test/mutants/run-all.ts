import type { Mutant } from './mutant.js';
import type { Verdict } from './run.js';
import { nameWidth, outcomeOf, type Result, rowOf, summaryOf } from './table.js';

/**
 * Judges some mutants at a time, prints their rows in the order of the list, and what came of all.
 * @returns the exit code: 1 when one is not found that is not listed as equivalent, or the other way round
 */
export async function runAll(
  mutants: readonly Mutant[],
  jobs: number,
  judged: (mutant: Mutant) => Promise<Verdict>,
): Promise<number> {
  const width = nameWidth(mutants);
  console.log(`${'mutant'.padEnd(width)}  seeds  found by`);
  const results: Result[] = [];
  let started = 0;
  let printed = 0;
  const work = async (): Promise<void> => {
    while (started < mutants.length) {
      const index = started++;
      const mutant = mutants[index]!;
      results[index] = { mutant, verdict: await judged(mutant) };
      for (; results[printed] !== undefined; printed++) {
        console.log(rowOf(results[printed]!, width));
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  console.log(`\n${summaryOf(results)}`);
  const isAsListed = results.every((each) => ['found', 'equivalent'].includes(outcomeOf(each)));
  return isAsListed ? 0 : 1;
}

/** Those whose name or file contains a text. @throws {RangeError} when there is none */
export function only(mutants: readonly Mutant[], text: string): readonly Mutant[] {
  const some = mutants.filter(({ name, file }) => `${name}\n${file}`.includes(text));
  if (some.length === 0) throw new RangeError(`no mutant with '${text}'`);
  return some;
}
