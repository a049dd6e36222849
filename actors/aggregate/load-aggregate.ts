import type { Journal } from '../../runtime/index.js';
import { AggregateCore } from './aggregate-core.js';
import type { AggregateState } from './aggregate-effect.js';
import type { Decider } from './aggregate-spec.js';
import { type AggregateDefinition, deciderOf } from './define-aggregate.js';
import type { Asker } from './protocol.js';
import { readFor } from './shard-reads.js';

const NO_STAMP = { nextId: () => '', nowMs: () => 0 };

/**
 * The state of an aggregate straight from the journal: from its snapshot and the events after it, on any
 * thread, without waking it. Gives the same as a full replay.
 * @throws {TroupeError} ERR_AGGREGATE_REPLAY, ERR_AGGREGATE_ENDED, and what the journal fails with
 */
export async function loadAggregate<S>(
  journal: Journal,
  definition: AggregateDefinition<never, unknown, S, unknown>,
  id: string,
): Promise<AggregateState<S>> {
  return (await loadState(journal, deciderOf(definition as never), id)) as AggregateState<S>;
}

/** As `loadAggregate`, with the code itself: a core that recovers, is asked for its state and forgotten. */
export async function loadState(
  journal: Journal,
  decider: Decider,
  id: string,
): Promise<AggregateState> {
  const limits = { queueCount: 1, batchCount: 1, durability: journal.durability, window: null };
  const core = new AggregateCore<Asker>(decider, id, NO_STAMP, limits);
  let effects = [...core.start(), ...core.query(undefined as never)];
  for (;;) {
    const effect = effects[0]!;
    if (effect.type === 'answer-query') return effect.result;
    if (effect.type === 'fail') throw effect.error;
    const news = await readFor(decider, journal, id, effect, core.stream);
    if (news?.type === 'loaded') effects = [...core.loaded(news.head, news.snapshot)];
    else if (news?.type === 'page') effects = [...core.page(news.records)];
    else if (news?.type === 'failed') throw news.error;
  }
}
