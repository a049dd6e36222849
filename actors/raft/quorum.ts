import type { Configuration } from './configuration.js';

/** How an election stands. */
export type Tally = 'won' | 'lost' | 'open';

/** Room for the numbers of one set of voters; grows with the largest group of this thread. */
let scratch = new Float64Array(8);

/**
 * The highest number that a majority has reached; Infinity for no voters, who object to nothing.
 * @param reached the number of each voter
 */
export function majorityReached(
  voters: readonly number[],
  reached: (id: number) => number,
): number {
  const count = voters.length;
  if (count === 0) return Number.POSITIVE_INFINITY;
  if (count === 1) return reached(voters[0]!);
  if (scratch.length < count) scratch = new Float64Array(count * 2);
  // Insertion sort: groups are small, and nothing is allocated.
  for (let i = 0; i < count; i++) {
    const value = reached(voters[i]!);
    let j = i;
    for (; j > 0 && scratch[j - 1]! > value; j--) scratch[j] = scratch[j - 1]!;
    scratch[j] = value;
  }
  return scratch[count - (count >>> 1) - 1]!;
}

/** The highest number that a majority of each set of voters has reached (paper, section 6). */
export function quorumReached(
  { voters, outgoing }: Configuration,
  reached: (id: number) => number,
): number {
  return Math.min(majorityReached(voters, reached), majorityReached(outgoing, reached));
}

function tallyOf(voters: readonly number[], votes: ReadonlyMap<number, boolean>): Tally {
  let granted = 0;
  let open = 0;
  for (const id of voters) {
    const vote = votes.get(id);
    if (vote === undefined) open++;
    else if (vote) granted++;
  }
  const needed = (voters.length >>> 1) + 1;
  if (voters.length === 0 || granted >= needed) return 'won';
  return granted + open >= needed ? 'open' : 'lost';
}

/** How an election stands; in a joint configuration both majorities are needed. */
export function tally(
  { voters, outgoing }: Configuration,
  votes: ReadonlyMap<number, boolean>,
): Tally {
  const one = tallyOf(voters, votes);
  const other = tallyOf(outgoing, votes);
  if (one === 'won' && other === 'won') return 'won';
  return one === 'lost' || other === 'lost' ? 'lost' : 'open';
}
