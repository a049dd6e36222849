import { checkFields, type OptionNames, TroupeError } from '../../runtime/index.js';
import type { AggregateSpec, Decider, Upcaster } from './aggregate-spec.js';

/** Any spec. */
export type AnySpec = AggregateSpec<never, never, unknown, never>;

const FIELDS: OptionNames<AnySpec> = {
  module: true,
  name: true,
  initial: true,
  decide: true,
  evolve: true,
  events: true,
  upcasters: true,
  unknownEvents: true,
  snapshot: true,
  inline: true,
};

/** Checks a spec and completes it. @throws {TroupeError} ERR_DEFINITION naming the field */
export function checkSpec(spec: AnySpec): Decider {
  checkFields(String(spec?.name), spec, FIELDS);
  if (spec.snapshot !== undefined) {
    checkFields(`${spec.name}.snapshot`, spec.snapshot, { every: true, schemaVersion: true });
  }
  const { name, events, upcasters = {}, unknownEvents = 'error', snapshot, inline = [] } = spec;
  if (typeof name !== 'string' || name === '' || name.includes('/')) {
    throw malformed(String(name), 'name', 'the name of the export');
  }
  for (const field of ['decide', 'evolve'] as const) {
    if (typeof spec[field] !== 'function') throw malformed(name, field, 'a pure function');
  }
  if (unknownEvents !== 'error' && unknownEvents !== 'skip') {
    throw malformed(name, 'unknownEvents', "'error' or 'skip'");
  }
  const versions = checkVersions(name, events);
  return Object.freeze({
    kind: name,
    initial: spec.initial,
    decide: spec.decide as unknown as Decider['decide'],
    evolve: spec.evolve as unknown as Decider['evolve'],
    versions,
    upcasters: checkUpcasters(name, versions, upcasters),
    skipsUnknown: unknownEvents === 'skip',
    snapshotEvery: snapshot === undefined ? Number.POSITIVE_INFINITY : checkEvery(name, snapshot),
    snapshotSchema: snapshot?.schemaVersion ?? 0,
    inline: inline as unknown as Decider['inline'],
  });
}

function checkVersions(name: string, events: unknown): ReadonlyMap<string, number> {
  if (typeof events !== 'object' || events === null || Object.keys(events).length === 0) {
    throw malformed(name, 'events', 'each type of event with its schema version');
  }
  const versions = new Map<string, number>(Object.entries(events));
  for (const [type, version] of versions) {
    if (Number.isInteger(version) && version >= 1) continue;
    throw malformed(name, `events.${type}`, 'a schema version: 1, 2, 3 ...');
  }
  return versions;
}

/** A chain must lead from the first version to the present one: a gap would show only at an old event. */
function checkUpcasters(
  name: string,
  versions: ReadonlyMap<string, number>,
  upcasters: { readonly [type: string]: readonly Upcaster[] },
): ReadonlyMap<string, readonly Upcaster[]> {
  const chains = new Map(Object.entries(upcasters));
  for (const [type, version] of versions) {
    const length = chains.get(type)?.length ?? 0;
    if (length === version - 1) continue;
    const expected = `${version - 1} upcasters, as ${type} has version ${version}`;
    throw malformed(name, `upcasters.${type}`, expected);
  }
  return chains;
}

function checkEvery(
  name: string,
  { every, schemaVersion }: { every: number; schemaVersion: number },
): number {
  if (!Number.isInteger(every) || every < 1) {
    throw malformed(name, 'snapshot.every', 'a number of events, at least 1');
  }
  if (!Number.isInteger(schemaVersion)) {
    throw malformed(name, 'snapshot.schemaVersion', 'an integer');
  }
  return every;
}

function malformed(where: string, field: string, expected: string): TroupeError {
  return new TroupeError('ERR_DEFINITION', {
    what: `${field} of an aggregate is missing or malformed`,
    where,
    mend: `give ${expected}`,
  });
}
