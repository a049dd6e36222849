import t from 'tap';
import type { Mutant } from './mutant.js';
import type { Verdict } from './run.js';
import { nameWidth, outcomeOf, rowOf, summaryOf } from './table.js';

const MUTANT: Mutant = { name: 'a bug', file: 'a.js', find: 'a', replace: 'b' };
const HARMLESS: Mutant = { ...MUTANT, name: 'no bug', equivalent: 'it is looked at again' };
const missed: Verdict = { isFound: false, seedCount: 300, check: '' };

function found(seedCount: number): Verdict {
  return { isFound: true, seedCount, check: 'order' };
}

t.test('a mutant that is not found is missed, unless it is listed as equivalent', async (t) => {
  t.equal(outcomeOf({ mutant: MUTANT, verdict: found(1) }), 'found');
  t.equal(outcomeOf({ mutant: MUTANT, verdict: missed }), 'missed');
  t.equal(outcomeOf({ mutant: HARMLESS, verdict: missed }), 'equivalent');
  t.equal(outcomeOf({ mutant: HARMLESS, verdict: found(1) }), 'misjudged');
});

t.test('a row says how many seeds it took and what found the mutant', async (t) => {
  const width = nameWidth([MUTANT, HARMLESS]);
  t.equal(rowOf({ mutant: MUTANT, verdict: found(7) }, width), 'a bug       7  order');
  t.match(rowOf({ mutant: MUTANT, verdict: missed }, width), /300 {2}NOT FOUND$/);
  t.match(
    rowOf({ mutant: HARMLESS, verdict: missed }, width),
    /equivalent: it is looked at again$/,
  );
  t.match(rowOf({ mutant: HARMLESS, verdict: found(Number.NaN) }, width), /\? {2}FOUND, but/);
});

t.test('the summary counts outcomes, and seeds of those that were found', async (t) => {
  const results = [3, 1, 2, 200].map((seeds) => ({ mutant: MUTANT, verdict: found(seeds) }));
  const others = [MUTANT, HARMLESS].map((mutant) => ({ mutant, verdict: missed }));
  t.equal(
    summaryOf([...results, ...others]),
    '6 mutants: 4 found, 1 equivalent, 1 not found; seeds until found: half within 2, 90 % within 200, all within 200',
  );
  t.equal(summaryOf(others), '2 mutants: 0 found, 1 equivalent, 1 not found');
});
