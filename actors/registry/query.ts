import { checkNames, type Message, type OptionNames } from '../../runtime/index.js';
import type { Instance } from './instance.js';
import { badOption, checkedNumber } from './options.js';
import { type VersionTest, versionRange } from './version-range.js';

/** Which instances of a service are wanted; what is left out does not matter. Sent as it is. */
export interface Query {
  /** All of these. */
  readonly tags?: readonly string[];
  /** All of these entries, equal. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** A range such as `^2.1`. */
  readonly version?: string;
  readonly zone?: string;
  /** Also those that are `degraded`. */
  readonly degraded?: boolean;
  /**
   * Below this share of healthy instances, 0 to 1, health is not looked at: all that are not draining are
   * found. 0 unless given, so never.
   */
  readonly panic?: number;
}

const NAMES: OptionNames<Query> = {
  tags: true,
  metadata: true,
  version: true,
  zone: true,
  degraded: true,
  panic: true,
};

/** Why a discovery found nobody, or found them regardless of health (`panic`). */
export type DiscoveryReason = 'unknown-service' | 'none-match' | 'none-healthy' | 'panic';

/** What `discover` answers: frozen, and the same object until something changes. */
export interface Discovery<M extends Message = never> {
  /** In the order of their registration. */
  readonly instances: readonly Instance<M>[];
  /** Index of the last change of this service; 0 for one that was never known. */
  readonly index: number;
  /** Undefined when healthy instances were found. */
  readonly reason: DiscoveryReason | undefined;
}

/** A query, ready to be asked many times. */
export class CompiledQuery {
  readonly #tags: readonly string[];
  readonly #metadata: readonly (readonly [string, string])[];
  readonly #version: VersionTest | undefined;
  readonly #zone: string | undefined;
  readonly #takesDegraded: boolean;
  readonly #panic: number;

  /** @throws {TroupeError} ERR_OPTION for a malformed or unknown field */
  constructor(query: Query) {
    checkNames('query', query, NAMES);
    const { tags = [], metadata = {}, version, zone, degraded = false, panic = 0 } = query;
    if (!Array.isArray(tags)) throw badOption('query.tags', tags, 'a list of texts');
    if (typeof metadata !== 'object' || metadata === null) {
      throw badOption('query.metadata', metadata, 'an object of texts');
    }
    this.#tags = [...tags];
    this.#metadata = Object.entries(metadata);
    this.#version = version === undefined ? undefined : checkedRange(version);
    this.#zone = zone;
    this.#takesDegraded = degraded;
    this.#panic = checkedNumber('query.panic', panic, 0, 1);
  }

  /** True when tags, metadata, version and zone are as wanted. */
  describes(instance: Instance): boolean {
    if (this.#zone !== undefined && instance.zone !== this.#zone) return false;
    for (const tag of this.#tags) if (!instance.tags.includes(tag)) return false;
    for (const [key, value] of this.#metadata) {
      if (!Object.hasOwn(instance.metadata, key) || instance.metadata[key] !== value) return false;
    }
    return this.#version === undefined || this.#version(instance.version);
  }

  /** True when its state is one that is served. */
  serves(instance: Instance): boolean {
    return instance.state === 'up' || (this.#takesDegraded && instance.state === 'degraded');
  }

  /** Both: what a watch reports. Panic has no part in it, since it depends on others. */
  matches(instance: Instance): boolean {
    return this.serves(instance) && this.describes(instance);
  }

  /** The answer over all instances of a service; `index` 0: it was never known. */
  answer(all: Iterable<Instance>, index: number): Discovery {
    const described = [...all].filter((instance) => this.describes(instance));
    const healthy = described.filter((instance) => this.serves(instance));
    const present = described.filter((instance) => instance.state !== 'draining');
    if (present.length > 0 && healthy.length < this.#panic * present.length) {
      return freeze(present, index, 'panic');
    }
    if (healthy.length > 0) return freeze(healthy, index, undefined);
    if (index === 0) return freeze(healthy, index, 'unknown-service');
    return freeze(healthy, index, described.length === 0 ? 'none-match' : 'none-healthy');
  }
}

function freeze(
  instances: Instance[],
  index: number,
  reason: DiscoveryReason | undefined,
): Discovery {
  return Object.freeze({ instances: Object.freeze(instances), index, reason });
}

function checkedRange(version: unknown): VersionTest {
  const range = typeof version === 'string' ? versionRange(version) : undefined;
  if (range !== undefined) return range;
  throw badOption('query.version', version, "a range such as '^1.2' or '>=1 <3'");
}

/** Finds what is up, whatever it is otherwise. */
export const ANY_UP = new CompiledQuery({});

const compiled = new WeakMap<Query, CompiledQuery>();

/** Compiles each query object once: keep the object, and don't change it. @throws {TroupeError} ERR_OPTION */
export function compileQuery(query: Query | undefined): CompiledQuery {
  if (query === undefined) return ANY_UP;
  let known = compiled.get(query);
  if (known === undefined) {
    known = new CompiledQuery(query);
    compiled.set(query, known);
  }
  return known;
}
