import { defineActor, NO_REPLY } from 'troupe';
import type { AggregatorMessage, Collected, ShardReport } from './protocol.js';
import type { Columns } from './tally.js';

/**
 * Joins the tables of the shards. It keeps each table that is complete, so that collecting again asks only
 * those shards that lacked something.
 */
export const Aggregator = defineActor<AggregatorMessage>()({
  module: import.meta.url,
  name: 'Aggregator',
  init: () => ({ complete: new Map<number, ShardReport>() }),
  handlers: {
    async collect({ complete }, { shards, unitCount }, ctx) {
      try {
        const reports = await Promise.all(
          shards.map(
            (shard, index) =>
              complete.get(index) ??
              ctx.ask(shard, { type: 'report', unitCount }, { timeoutMs: 10_000 }),
          ),
        );
        reports.forEach((report, index) => {
          if (report.missing.length === 0) complete.set(index, report);
        });
        return joined(reports);
      } catch (error) {
        // A shard has failed, not this actor. The coordinator will ask again.
        ctx.requester().fail(error);
        return NO_REPLY;
      }
    },
  },
});

function joined(reports: readonly ShardReport[]): Collected {
  const missing = reports.map((report) => report.missing);
  const tables = missing.every(({ length }) => length === 0)
    ? reports.map(({ table }) => table)
    : [];
  return {
    missing,
    table: {
      identifiers: concatenated(tables.map(({ identifiers }) => identifiers)),
      words: concatenated(tables.map(({ words }) => words)),
    },
  };
}

/** No key is in two tables: each belongs to one shard. */
function concatenated(tables: readonly Columns[]): Columns {
  return {
    keys: tables.flatMap(({ keys }) => keys),
    counts: tables.flatMap(({ counts }) => counts),
  };
}
