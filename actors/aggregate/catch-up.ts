import { checkNames, type Journal, type Position, type StoredRecord } from '../../runtime/index.js';
import type { Decider } from './aggregate-spec.js';
import { type AggregateDefinition, deciderOf } from './define-aggregate.js';
import { aggregateIdOf, type RecordedEvent } from './recorded-event.js';
import { recordedEvent } from './replay.js';

/** How a subscription reads. */
export interface CatchUpOptions {
  /** Ends it. Without, it ends when the loop over it does. */
  readonly signal?: AbortSignal;
  /** Records of one page; 500. */
  readonly pageCount?: number;
}

/**
 * All events of a kind after a position, first those that are there, then those that come, each once and in
 * the order of their commits: there is no moment between the two at which one could be missed or seen twice.
 * Whoever keeps `event.position` after the effect of an event and begins there again sees the last one again
 * if it stopped in between: at least once, unless the effect and the position are one transaction.
 *
 * @param after `START` for all
 * @throws {TroupeError} ERR_OPTION at once; ERR_AGGREGATE_REPLAY for an event that the program does not know, ERR_JOURNAL_*
 */
export function eventsAfter<E>(
  journal: Journal,
  definition: AggregateDefinition<never, E, unknown, unknown>,
  after: Position,
  options: CatchUpOptions = {},
): AsyncGenerator<RecordedEvent<E>, void, void> {
  checkNames('eventsAfter', options, { signal: true, pageCount: true });
  return eventsOf(journal, deciderOf(definition as never), after, options);
}

async function* eventsOf<E>(
  journal: Journal,
  decider: Decider,
  after: Position,
  options: CatchUpOptions,
): AsyncGenerator<RecordedEvent<E>, void, void> {
  for await (const page of pagesAfter(journal, after, options)) {
    for (const record of page) {
      const id = aggregateIdOf(decider.kind, record.stream);
      const event = id === undefined ? undefined : recordedEvent(decider, id, record);
      if (event !== undefined) yield event as RecordedEvent<E>;
    }
  }
}

/** All records after a position, in pages, for ever. */
async function* pagesAfter(
  journal: Journal,
  after: Position,
  { signal, pageCount = 500 }: CatchUpOptions,
): AsyncGenerator<readonly StoredRecord[], void, void> {
  let wake = (): void => {};
  let isNew = true;
  const news = (): void => {
    isNew = true;
    wake();
  };
  // Listened to before the first read, and lowered before each: what is committed later raises it again.
  const release = journal.onCommit(news);
  signal?.addEventListener('abort', news);
  try {
    for (let position = after; signal?.aborted !== true; ) {
      isNew = false;
      const page = await journal.readAll(position, pageCount);
      const last = page.at(-1);
      if (last !== undefined) {
        yield page;
        position = last.position;
      } else if (!isNew) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    release();
    signal?.removeEventListener('abort', news);
  }
}
