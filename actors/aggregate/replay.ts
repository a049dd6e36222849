import { type StoredRecord, TroupeError } from '../../runtime/index.js';
import type { Decider, OldEvent } from './aggregate-spec.js';
import type { DomainEvent, RecordedEvent, StoredEvent } from './recorded-event.js';

/**
 * An event as the present program knows it: an older one has gone through its upcasters.
 * @returns undefined for an unknown type, where the policy is to skip them
 * @throws {TroupeError} ERR_AGGREGATE_REPLAY naming stream, version and type
 */
export function presentEvent(decider: Decider, record: StoredRecord): DomainEvent | undefined {
  const stored = record.value as StoredEvent<DomainEvent> | null;
  const event = stored?.event;
  if (typeof event?.type !== 'string') throw unreadable(record, '', 'is no event');
  const present = decider.versions.get(event.type);
  if (present === stored!.schemaVersion) return event;
  if (present !== undefined && stored!.schemaVersion > present) {
    const what = `has schema version ${stored!.schemaVersion}, newer than ${present}`;
    throw unreadable(record, event.type, what, 'run the program that wrote it');
  }
  return upcast(decider, record, event, stored!.schemaVersion);
}

function upcast(
  decider: Decider,
  record: StoredRecord,
  old: DomainEvent,
  from: number,
): DomainEvent | undefined {
  let event = old as OldEvent & DomainEvent;
  const chain = decider.upcasters.get(old.type) ?? [];
  for (let version = from; version <= chain.length; version++) {
    try {
      event = chain[version - 1]!(event) as typeof event;
    } catch (cause) {
      throw unreadable(record, old.type, `was refused by upcaster ${version}`, undefined, cause);
    }
  }
  if (decider.versions.has(event.type)) return event;
  if (decider.skipsUnknown) return undefined;
  const mend = "add it to events, give it upcasters, or set unknownEvents to 'skip'";
  throw unreadable(record, event.type, 'is of an unknown type', mend);
}

/** The state after a record. @throws {TroupeError} ERR_AGGREGATE_REPLAY naming stream, version and type */
export function replay(decider: Decider, state: unknown, record: StoredRecord): unknown {
  const event = presentEvent(decider, record);
  if (event === undefined) return state;
  try {
    return decider.evolve(state, event);
  } catch (cause) {
    throw unreadable(record, event.type, 'was refused by evolve', 'evolve must not throw', cause);
  }
}

/** A record with everything known about it; undefined when its type is skipped. @throws as `presentEvent` */
export function recordedEvent(
  decider: Decider,
  aggregateId: string,
  record: StoredRecord,
): RecordedEvent<DomainEvent> | undefined {
  const event = presentEvent(decider, record);
  if (event === undefined) return undefined;
  const { version, position } = record;
  return { ...(record.value as StoredEvent), event, aggregateId, version, position };
}

function unreadable(
  { stream, version }: StoredRecord,
  type: string,
  what: string,
  mend?: string,
  cause?: unknown,
): TroupeError {
  return new TroupeError('ERR_AGGREGATE_REPLAY', {
    what: `event ${version} of '${stream}'${type === '' ? '' : ` ('${type}')`} ${what}`,
    where: stream,
    ...(mend === undefined ? {} : { mend }),
    ...(cause === undefined ? {} : { cause }),
  });
}
