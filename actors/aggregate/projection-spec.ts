import { checkFields, type OptionNames, TroupeError } from '../../runtime/index.js';
import type { Decider } from './aggregate-spec.js';
import { type AggregateDefinition, deciderOf } from './define-aggregate.js';
import type { DomainEvent, RecordedEvent } from './recorded-event.js';

/** What happens at an event that `keys` or `apply` throws at, or that cannot be read. */
export type ProjectionErrorPolicy = 'stop' | 'set-aside';

/**
 * What a user writes about a read model that follows the events: a table of values by key. `keys` and
 * `apply` are pure.
 * @typeParam E events @typeParam V values, plain data
 */
export interface ProjectionSpec<E extends DomainEvent, V> {
  /** `import.meta.url` of the module that exports the definition. */
  readonly module: string;
  /** Name of that export, and of the read model in the journal. */
  readonly name: string;
  /** The kinds whose events it follows; others pass by. */
  readonly of: readonly AggregateDefinition<never, E, unknown, unknown>[];
  /** Raise it when `keys` or `apply` change: the read model is built anew, and the old one read until then. */
  readonly version: number;
  /** The keys whose values the event changes. */
  readonly keys: (event: RecordedEvent<E>) => readonly string[];
  /** The value of a key after the event; undefined deletes it. */
  readonly apply: (value: V | undefined, event: RecordedEvent<E>, key: string) => V | undefined;
  /**
   * `stop` (when left out): nothing after the event is applied until it is resumed. `set-aside`: the event is put
   * into a list with the error, and those after it go on.
   */
  readonly onError?: ProjectionErrorPolicy;
  /** How often an event is tried again, after a pause each time, before that; 0 when left out. */
  readonly retries?: number;
}

/** A checked spec whose types no longer matter. */
export interface Projector {
  readonly name: string;
  readonly kinds: readonly Decider[];
  readonly version: number;
  readonly keys: (event: RecordedEvent) => readonly string[];
  readonly apply: (value: unknown, event: RecordedEvent, key: string) => unknown;
  readonly onError: ProjectionErrorPolicy;
  readonly retries: number;
}

/** Any spec. */
export type AnyProjectionSpec = ProjectionSpec<never, never>;

const FIELDS: OptionNames<AnyProjectionSpec> = {
  module: true,
  name: true,
  of: true,
  version: true,
  keys: true,
  apply: true,
  onError: true,
  retries: true,
};

/** Checks a spec and completes it. @throws {TroupeError} ERR_DEFINITION naming the field */
export function checkProjection(spec: AnyProjectionSpec): Projector {
  checkFields(String(spec?.name), spec, FIELDS);
  const { name, version, keys, apply, onError = 'stop', retries = 0 } = spec;
  if (typeof name !== 'string' || name === '') throw malformed(String(name), 'name');
  if (!Number.isInteger(version)) throw malformed(name, 'version');
  if (typeof keys !== 'function') throw malformed(name, 'keys');
  if (typeof apply !== 'function') throw malformed(name, 'apply');
  if (onError !== 'stop' && onError !== 'set-aside') throw malformed(name, 'onError');
  if (!Number.isInteger(retries) || retries < 0) throw malformed(name, 'retries');
  if (!Array.isArray(spec.of) || spec.of.length === 0) throw malformed(name, 'of');
  const kinds = spec.of.map((definition) => deciderOf(definition as never));
  const functions = { keys, apply } as unknown as Pick<Projector, 'keys' | 'apply'>;
  return Object.freeze({ name, kinds, version, ...functions, onError, retries });
}

function malformed(where: string, field: string): TroupeError {
  return new TroupeError('ERR_DEFINITION', {
    what: `${field} of a projection is missing or malformed`,
    where,
    mend: 'see the docstring of ProjectionSpec',
  });
}
