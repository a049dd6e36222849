import { type Context, defineActor } from 'troupe';
import { type Assignment, Ledger } from './ledger.js';
import type { Cluster, Collected, CoordinatorMessage, RunResult } from './protocol.js';

/** Units at a time for each tokenizer: one it works on, one on its way. */
const LANES_PER_TOKENIZER = 2;
/** Deadline of one attempt. What a dead actor or thread had in hand fails at once, not only then. */
const UNIT_TIMEOUT_MS = 30_000;
const COLLECT_TIMEOUT_MS = 20_000;
/** Rounds of collecting before the run gives up. */
const MAX_ROUNDS = 10;

/**
 * Sees to it that every unit is counted exactly once, although messages are delivered at most once and
 * shards forget:
 *
 * 1. A unit that is not confirmed is given out again.
 * 2. A shard takes each unit once, however often it comes.
 * 3. The result is taken only from shards that have all units; what they lack is given out again.
 *
 * So whatever is lost, and wherever, shows in step 1 or step 3, and whatever comes twice is stopped by step 2.
 * Only the ledger must not be lost: this actor lives on the main thread, which ends with the program only.
 */
export const Coordinator = defineActor<CoordinatorMessage>()({
  module: import.meta.url,
  name: 'Coordinator',
  turn: 'interleave',
  init: () => ({ giveUp: new AbortController() }),
  handlers: {
    async run({ giveUp }, { cluster, units, poisonedUnit }, ctx): Promise<RunResult> {
      ctx.watch(cluster.tree);
      const ledger = new Ledger(units, cluster.shards.length);
      const run: Run = { ctx, cluster, ledger, poisonedUnit, signal: giveUp.signal };
      for (let round = 0; round < MAX_ROUNDS; round++) {
        await giveOut(run);
        const collected = await collect(run, units.length);
        if (collected?.missing.every(({ length }) => length === 0)) {
          return { totals: ledger.totals, table: collected.table, repeated: ledger.repeated };
        }
        if (collected !== undefined) ledger.lacking(collected.missing);
      }
      throw new Error(`shards still lack units after ${MAX_ROUNDS} rounds`);
    },

    giveUp({ giveUp }, { why }) {
      giveUp.abort(new Error(why));
    },
  },
  terminated({ giveUp }, { reason }) {
    // The supervisor is gone for good: it has restarted its children too often.
    const cause = reason.type === 'failed' ? reason.error : undefined;
    giveUp.abort(new Error(`the tree has ended: ${cause?.message ?? reason.type}`, { cause }));
  },
});

interface Run {
  readonly ctx: Context<CoordinatorMessage>;
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly poisonedUnit: number;
  /** Aborted when the run is given up. */
  readonly signal: AbortSignal;
}

/** Gives out what waits, in lanes, until all of it is confirmed. */
async function giveOut(run: Run): Promise<void> {
  const { tokenizers } = run.cluster;
  const lanes = Array.from({ length: LANES_PER_TOKENIZER * tokenizers.length }, async (_, lane) => {
    const tokenizer = tokenizers[lane % tokenizers.length]!;
    for (;;) {
      const assignment = run.ledger.next();
      if (assignment === undefined) return;
      await attempt(run, assignment, tokenizer);
    }
  });
  await Promise.all(lanes);
}

async function attempt(
  { ctx, cluster, ledger, poisonedUnit, signal }: Run,
  assignment: Assignment,
  tokenizer: Cluster['tokenizers'][number],
): Promise<void> {
  const { unit, wanted } = assignment;
  const isPoisoned = unit.id === poisonedUnit && assignment.attempt === 1;
  const delivery = { shards: cluster.shards, wanted, isPoisoned };
  try {
    const receipt = await ctx.ask(
      cluster.reader,
      { type: 'read', unit, tokenizer, delivery },
      { timeoutMs: UNIT_TIMEOUT_MS, signal },
    );
    ledger.confirm(assignment, receipt);
  } catch (error) {
    signal.throwIfAborted();
    ctx.publish('note', `unit ${unit.id} is given out again: ${reasonOf(error)}`);
    ledger.failed(assignment, error);
  }
  ctx.publish('progress', ledger.progress);
}

/** The joined tables, or undefined when the aggregator or a shard could not answer just now. */
async function collect(
  { ctx, cluster, signal }: Run,
  unitCount: number,
): Promise<Collected | undefined> {
  const { aggregator, shards } = cluster;
  try {
    const collected = await ctx.ask(
      aggregator,
      { type: 'collect', shards, unitCount },
      { timeoutMs: COLLECT_TIMEOUT_MS, signal },
    );
    collected.missing.forEach(({ length }, index) => {
      if (length > 0) ctx.publish('note', `shard-${index} lacks ${length} units: given out again`);
    });
    return collected;
  } catch (error) {
    signal.throwIfAborted();
    ctx.publish('note', `collecting again: ${reasonOf(error)}`);
    return undefined;
  }
}

/** What happened, without where and how to mend it. */
function reasonOf(error: unknown): string {
  return (error as Error).message.split(';')[0]!;
}
