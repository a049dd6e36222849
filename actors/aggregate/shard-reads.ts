import type { Journal, StoredRecord } from '../../runtime/index.js';
import type { AggregateEffect } from './aggregate-effect.js';
import type { Decider } from './aggregate-spec.js';
import { COMMAND_TABLE } from './command-record.js';
import { NO_ORDER, readOrder } from './command-window.js';
import { knownVersion } from './execute-result.js';
import type { AggregateNews, Asker } from './protocol.js';
import { type RecordedEvent, streamOf } from './recorded-event.js';
import { recordedEvent } from './replay.js';
import { SNAPSHOT_TABLE } from './snapshot.js';

/** Events of one page, and the most that a conflict carries. */
export const PAGE_COUNT = 1000;

/**
 * Reads what an aggregate wants. @param stream that of the aggregate, for who has the text already
 * @returns the news for it; undefined when somebody else was answered
 */
export async function readFor(
  decider: Decider,
  journal: Journal,
  id: string,
  effect: AggregateEffect<Asker>,
  stream: string = streamOf(decider.kind, id),
): Promise<AggregateNews | undefined> {
  try {
    switch (effect.type) {
      case 'load': {
        const head = await journal.head(stream);
        const isWorth = head.version > 0 && decider.snapshotEvery !== Number.POSITIVE_INFINITY;
        const snapshot = isWorth ? await journal.get(SNAPSHOT_TABLE, stream) : undefined;
        return { type: 'loaded', head, snapshot };
      }
      case 'read': {
        const records = await journal.read(stream, { from: effect.from, limit: PAGE_COUNT });
        return { type: 'page', records };
      }
      case 'look-up': {
        const { keys, withOrder } = effect;
        const reads = Promise.all(keys.map((key) => journal.get(COMMAND_TABLE, key)));
        const order = withOrder ? await readOrder(journal, stream, keys.length) : NO_ORDER;
        return { type: 'found', records: await reads, order };
      }
      case 'answer-conflict':
        await answerConflict(decider, journal, id, effect);
        return undefined;
      default:
        return undefined;
    }
  } catch (error) {
    if (effect.type !== 'answer-conflict') return { type: 'failed', error };
    effect.to.fail(error);
    return undefined;
  }
}

async function answerConflict(
  decider: Decider,
  journal: Journal,
  id: string,
  effect: Extract<AggregateEffect<Asker>, { type: 'answer-conflict' }>,
): Promise<void> {
  const { to, expected, after, actual } = effect;
  const from = knownVersion(expected, after) + 1;
  const records =
    from > actual
      ? []
      : await journal.read(streamOf(decider.kind, id), { from, limit: PAGE_COUNT });
  const since = eventsOf(decider, id, records);
  to.reply({ ok: false, reason: 'conflict', expected, actual, since } as never);
}

/** Records as events of the present schema, without those that are skipped. */
export function eventsOf(
  decider: Decider,
  id: string,
  records: readonly StoredRecord[],
): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (const record of records) {
    const event = recordedEvent(decider, id, record);
    if (event !== undefined) events.push(event);
  }
  return events;
}
