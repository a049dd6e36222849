import type { Position, StoredRecord } from '../../runtime/index.js';
import type { Projector } from './projection-spec.js';
import type { SetAsideEvent } from './projection-tables.js';
import { aggregateIdOf, type RecordedEvent } from './recorded-event.js';
import { recordedEvent } from './replay.js';

/** A record with its event and the keys it changes; or why it has none. */
export interface PagedEvent {
  readonly record: StoredRecord;
  /** Undefined for a record that passes by, and for one that failed. */
  readonly event: RecordedEvent | undefined;
  readonly keys: readonly string[];
  readonly error: unknown;
}

/** What a page does to the read model. */
export interface PageOutcome {
  /** The last record that is dealt with; undefined when the first one failed. */
  readonly position: Position | undefined;
  /** New values by key; undefined deletes. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly setAside: readonly SetAsideEvent[];
  /** The event at which it stopped. */
  readonly failure: { readonly record: StoredRecord; readonly error: unknown } | undefined;
}

/** The events of a page and the keys they change. Pure. */
export function pagedEvents(projector: Projector, page: readonly StoredRecord[]): PagedEvent[] {
  return page.map((record) => {
    try {
      const event = eventOf(projector, record);
      const keys = event === undefined ? [] : [...new Set(projector.keys(event))];
      return { record, event, keys, error: undefined };
    } catch (error) {
      return { record, event: undefined, keys: [], error: error ?? 'nothing' };
    }
  });
}

function eventOf({ kinds }: Projector, record: StoredRecord): RecordedEvent | undefined {
  for (const decider of kinds) {
    const id = aggregateIdOf(decider.kind, record.stream);
    if (id !== undefined) return recordedEvent(decider, id, record);
  }
  return undefined;
}

/**
 * Applies a page to the values of its keys. Pure. An event that fails changes nothing.
 * @param mayStop false when the event at which it would stop is to be set aside
 */
export function projectPage(
  projector: Projector,
  events: readonly PagedEvent[],
  before: ReadonlyMap<string, unknown>,
  mayStop: boolean,
): PageOutcome {
  const values = new Map<string, unknown>();
  const setAside: SetAsideEvent[] = [];
  let position: Position | undefined;
  for (const paged of events) {
    const { record } = paged;
    const error = applyTo(projector, paged, before, values);
    if (error !== undefined) {
      if (mayStop) return { position, values, setAside, failure: { record, error } };
      const { stream, version } = record;
      setAside.push({ stream, version, position: record.position, error: String(error) });
    }
    position = record.position;
  }
  return { position, values, setAside, failure: undefined };
}

/** @returns what it failed with, or undefined */
function applyTo(
  projector: Projector,
  { event, keys, error }: PagedEvent,
  before: ReadonlyMap<string, unknown>,
  values: Map<string, unknown>,
): unknown {
  if (error !== undefined) return error;
  if (event === undefined) return undefined;
  try {
    const changed = keys.map((key) => {
      const value = values.has(key) ? values.get(key) : before.get(key);
      return [key, projector.apply(value, event, key)] as const;
    });
    for (const [key, value] of changed) values.set(key, value);
    return undefined;
  } catch (thrown) {
    return thrown ?? 'nothing';
  }
}
