import { defineActor } from 'troupe';
import type { ShardMessage, ShardReport } from './protocol.js';
import { addColumns, type Tally, toColumns } from './tally.js';

/** The counts of a shard, and the units that are in them. */
interface ShardState {
  readonly units: Set<number>;
  readonly identifiers: Tally;
  readonly words: Tally;
}

const NOTHING = { keys: [], counts: [] };

/**
 * Keeps the counts of its share of the keys. A unit counts once, however often it is delivered: the shard
 * remembers which it has. After a restart it has none; it is not told what it lost, it says what it lacks.
 */
export const ShardCounter = defineActor<ShardMessage>()({
  module: import.meta.url,
  name: 'ShardCounter',
  mailbox: { capacity: 8, overflow: 'wait' },
  init: (): ShardState => ({ units: new Set(), identifiers: new Map(), words: new Map() }),
  handlers: {
    add(state, { unitId, counted }) {
      if (state.units.has(unitId)) return;
      addColumns(state.identifiers, counted.identifiers);
      addColumns(state.words, counted.words);
      state.units.add(unitId);
    },

    report(state, { unitCount }): ShardReport {
      const missing: number[] = [];
      for (let id = 0; id < unitCount; id++) if (!state.units.has(id)) missing.push(id);
      if (missing.length > 0) return { missing, table: { identifiers: NOTHING, words: NOTHING } };
      const { identifiers, words } = state;
      return { missing, table: { identifiers: toColumns(identifiers), words: toColumns(words) } };
    },
  },
});
