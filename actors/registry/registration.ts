import { ActorRef, checkNames, type Message, type OptionNames } from '../../runtime/index.js';
import type { InstanceData } from './instance.js';
import {
  badOption,
  checkedName,
  checkedNumber,
  checkedText,
  checkedTtl,
  MAX_LABEL_COUNT,
} from './options.js';
import { isVersion } from './version-range.js';

/** How the health of an instance is found out. All times in milliseconds, over 0 and up to 2^31 - 1. */
export type CheckSpec = CheckThresholds &
  (
    | ({ readonly kind: 'http'; readonly url: string } & Probing)
    | ({ readonly kind: 'tcp'; readonly host: string; readonly port: number } & Probing)
    /** Its owner reports in time, or it is critical. */
    | { readonly kind: 'ttl'; readonly ttlMs: number }
    /** Its owner reports when it likes to, or has a function do so. */
    | { readonly kind: 'reported' }
  );

/** Times of a probe that the registry makes itself. */
interface Probing {
  /** 10,000 unless given. */
  readonly intervalMs?: number;
  /** A probe that takes longer is critical; 5000 unless given. */
  readonly timeoutMs?: number;
}

interface CheckThresholds {
  /** Results in a row that make it better, 1 to 100; 1 unless given. */
  readonly successes?: number;
  /** Critical results in a row that make it critical, 1 to 100; 1 unless given. */
  readonly failures?: number;
}

/** What is registered. Only `service` and `instance` are needed. */
export interface RegistrationSpec<M extends Message = never>
  extends Partial<Omit<InstanceData<M>, 'service' | 'instance'>> {
  readonly service: string;
  readonly instance: string;
  /** Removed when no heartbeat comes for so long, over 0 and up to 2^31 - 1 ms. Without it: no lease. */
  readonly ttlMs?: number;
  /** Checks by name. With any, it is `starting` until all have given a verdict. */
  readonly checks?: Readonly<Record<string, CheckSpec>>;
  /** `up` unless there are checks or `starting` is given. */
  readonly state?: 'starting' | 'up';
}

const NAMES: OptionNames<RegistrationSpec> = {
  service: true,
  instance: true,
  incarnation: true,
  address: true,
  ref: true,
  tags: true,
  metadata: true,
  version: true,
  zone: true,
  weight: true,
  ttlMs: true,
  checks: true,
  state: true,
};

const THRESHOLDS = { kind: true, successes: true, failures: true };
const PROBING = { ...THRESHOLDS, intervalMs: true, timeoutMs: true };
const CHECK_NAMES: { readonly [K in CheckSpec['kind']]: object } = {
  http: { ...PROBING, url: true },
  tcp: { ...PROBING, host: true, port: true },
  ttl: { ...THRESHOLDS, ttlMs: true },
  reported: THRESHOLDS,
};

/** A registration that has been checked. */
export interface CheckedRegistration {
  readonly data: InstanceData;
  readonly ttlMs: number | undefined;
  readonly checks: Readonly<Record<string, CheckSpec>>;
  readonly startsUp: boolean;
}

/**
 * Checks what came from outside and fills in the defaults.
 * @throws {TroupeError} ERR_OPTION naming the field
 */
export function checkRegistration(spec: RegistrationSpec): CheckedRegistration {
  checkNames('register', spec, NAMES);
  const { ref, version, address, zone, ttlMs, state } = spec;
  const { incarnation = 0, tags = [], metadata = {}, weight = 1 } = spec;
  if (ref !== undefined && !(ref instanceof ActorRef)) {
    throw badOption('register.ref', ref, 'the reference of an actor');
  }
  if (version !== undefined && !(typeof version === 'string' && isVersion(version))) {
    throw badOption('register.version', version, 'MAJOR.MINOR.PATCH');
  }
  if (state !== undefined && state !== 'starting' && state !== 'up') {
    throw badOption('register.state', state, "'starting' or 'up'");
  }
  const { checks: given = {} } = spec;
  const checks = checkedChecks(given);
  const data: InstanceData = Object.freeze({
    service: checkedName('register.service', spec.service),
    instance: checkedName('register.instance', spec.instance),
    incarnation: checkedIncarnation(incarnation),
    address: address === undefined ? undefined : checkedText('register.address', address),
    ref,
    tags: checkedTags(tags),
    metadata: checkedMetadata(metadata),
    version,
    zone: zone === undefined ? undefined : checkedName('register.zone', zone),
    weight: checkedNumber('register.weight', weight, 0, 65_535),
  });
  return {
    data,
    ttlMs: ttlMs === undefined ? undefined : checkedTtl('register.ttlMs', ttlMs),
    checks,
    startsUp: (state ?? 'up') === 'up' && Object.keys(checks).length === 0,
  };
}

/** True when two say the same of an instance, whatever their incarnations. */
export function sameData(a: InstanceData, b: InstanceData): boolean {
  return (
    a.address === b.address &&
    sameRef(a.ref, b.ref) &&
    a.version === b.version &&
    a.zone === b.zone &&
    a.weight === b.weight &&
    a.tags.length === b.tags.length &&
    a.tags.every((tag, index) => tag === b.tags[index]) &&
    sameEntries(a.metadata, b.metadata)
  );
}

/** True for two references to one actor, and for none and none. */
export function sameRef(a: InstanceData['ref'], b: InstanceData['ref']): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.equals(b);
}

function sameEntries(a: InstanceData['metadata'], b: InstanceData['metadata']): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}

/** @throws {TroupeError} ERR_OPTION unless it is an integer from 0 to 2^53 - 1 */
export function checkedIncarnation(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw badOption('register.incarnation', value, 'an integer from 0 to 2^53 - 1');
}

function checkedTags(tags: unknown): readonly string[] {
  if (!Array.isArray(tags) || tags.length > MAX_LABEL_COUNT) {
    throw badOption('register.tags', tags, `at most ${MAX_LABEL_COUNT} texts`);
  }
  return Object.freeze(tags.map((tag) => checkedName('register.tags', tag)));
}

function checkedMetadata(metadata: unknown): Readonly<Record<string, string>> {
  const isObject = typeof metadata === 'object' && metadata !== null;
  const entries = isObject ? Object.entries(metadata) : [];
  if (!isObject || entries.length > MAX_LABEL_COUNT) {
    throw badOption('register.metadata', metadata, `an object of at most ${MAX_LABEL_COUNT} texts`);
  }
  for (const [key, value] of entries) {
    checkedName('register.metadata', key);
    checkedText(`register.metadata.${key}`, value);
  }
  return Object.freeze(Object.fromEntries(entries));
}

function checkedChecks(
  checks: Readonly<Record<string, CheckSpec>>,
): Readonly<Record<string, CheckSpec>> {
  if (typeof checks !== 'object' || checks === null) {
    throw badOption('register.checks', checks, 'an object of checks');
  }
  const entries = Object.entries(checks);
  if (entries.length > MAX_LABEL_COUNT) {
    throw badOption('register.checks', entries.length, `at most ${MAX_LABEL_COUNT} checks`);
  }
  for (const [name, check] of entries) {
    const where = `register.checks.${checkedName('register.checks', name)}`;
    if (typeof check !== 'object' || check === null) throw badOption(where, check, 'a check');
    const known = CHECK_NAMES[check.kind];
    if (known !== undefined) checkNames<object>(where, check, known);
    checkedNumber(`${where}.successes`, check.successes ?? 1, 1, 100);
    checkedNumber(`${where}.failures`, check.failures ?? 1, 1, 100);
    if (check.kind === 'ttl') checkedTtl(`${where}.ttlMs`, check.ttlMs);
    if (check.kind === 'http' || check.kind === 'tcp') {
      checkedTtl(`${where}.intervalMs`, check.intervalMs ?? 10_000);
      checkedTtl(`${where}.timeoutMs`, check.timeoutMs ?? 5000);
    }
    if (check.kind === 'tcp') {
      checkedText(`${where}.host`, check.host);
      checkedNumber(`${where}.port`, check.port, 1, 65_535);
    }
    if (check.kind === 'http' && !/^https?:/.test(check.url)) {
      throw badOption(`${where}.url`, check.url, 'an http: or https: URL');
    }
    if (!['http', 'tcp', 'ttl', 'reported'].includes(check.kind)) {
      throw badOption(`${where}.kind`, check.kind, "'http', 'tcp', 'ttl' or 'reported'");
    }
  }
  return checks;
}
