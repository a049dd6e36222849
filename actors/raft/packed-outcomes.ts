import type { CommandOutcome } from './outcome.js';

/** What became of the commands of one message, in their order; those that are done take no object each. */
export interface PackedOutcomes<R> {
  /** Of each command that is done its index in the log, of others 0. */
  readonly indexes: Float64Array;
  /** Of each command that is done its reply, of others null. */
  readonly replies: readonly (R | null)[];
  /** What became of the others, by their place. */
  readonly others: readonly (readonly [place: number, outcome: CommandOutcome<R>])[];
  /** The leader as far as the answering node knows, 0 if it does not. */
  readonly leader: number;
}

/** Packs the outcomes of one message. */
export function packOutcomes<R>(
  outcomes: readonly CommandOutcome<R>[],
  leader: number,
): PackedOutcomes<R> {
  const count = outcomes.length;
  const indexes = new Float64Array(count);
  const replies = new Array<R | null>(count);
  const others: (readonly [number, CommandOutcome<R>])[] = [];
  for (let i = 0; i < count; i++) {
    const outcome = outcomes[i]!;
    if (outcome.type === 'done') {
      indexes[i] = outcome.index;
      replies[i] = outcome.reply;
    } else {
      replies[i] = null;
      others.push([i, outcome]);
    }
  }
  return { indexes, replies, others, leader };
}
