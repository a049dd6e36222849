import {
  type Clock,
  checkNames,
  hasCode,
  isAbort,
  type Message,
  type OptionNames,
  type Random,
  steady,
  systemClock,
  systemRandom,
  TroupeError,
} from '../../../runtime/index.js';
import type { Instance } from '../instance.js';
import { badOption, checkedNumber, checkedTtl, MAX_TTL_MS } from '../options.js';
import { ConsistentHash } from './consistent-hash.js';
import { Endpoint } from './endpoint.js';
import { LeastInFlight } from './least-in-flight.js';
import { type EjectionLimits, OutlierEjection } from './outlier-ejection.js';
import { PeakEwma } from './peak-ewma.js';
import type { BalancePolicy } from './policy.js';
import { RoundRobin } from './round-robin.js';
import { slowStartPart } from './slow-start.js';
import { SmoothWeighted } from './smooth-weighted.js';

/** How calls are shared out; see the class of each. */
export type PolicyName =
  | 'round-robin'
  | 'smooth-weighted'
  | 'least-in-flight'
  | 'peak-ewma'
  | 'consistent-hash';

/** How a balancer works. Every field has a default. */
export interface BalancerOptions {
  /** `least-in-flight` unless given. */
  readonly policy?: PolicyName;
  /** Time in ms in which a new or returned endpoint comes to its full weight; 0, so at once. */
  readonly slowStartMs?: number;
  /** Of `peak-ewma`: time in which a latency is forgotten by 63 %; 10,000. */
  readonly decayMs?: number;
  readonly ejection?: Partial<EjectionLimits>;
  /** Below this share of endpoints that are not ejected, 0 to 1, ejections are not looked at; 0.5. */
  readonly panic?: number;
  readonly clock?: Clock;
  readonly random?: Random;
}

const NAMES: OptionNames<BalancerOptions> = {
  policy: true,
  slowStartMs: true,
  decayMs: true,
  ejection: true,
  panic: true,
  clock: true,
  random: true,
};
const EJECTION_NAMES: OptionNames<EjectionLimits> = {
  failures: true,
  baseMs: true,
  maxMs: true,
  share: true,
};

/** One call that was given to an instance. Say how it ended, once: until then it counts as under way. */
export interface BalancedCall<M extends Message = never> {
  readonly instance: Instance<M>;
  /** @param outcome `ignored`: neither good nor bad, such as a call that its caller gave up */
  done(outcome: 'success' | 'failure' | 'ignored'): void;
}

/**
 * Shares calls out over the instances of a service. Time and chance are given to it; it does nothing by itself.
 *
 * Round robin goes by turns alone; the others by weights too, and give a starting endpoint less.
 *
 * @typeParam M protocol of the instances that are actors, which the caller must know: nothing checks it
 */
export class Balancer<M extends Message = never> {
  readonly #policy: BalancePolicy;
  readonly #ejection: OutlierEjection;
  readonly #slowStartMs: number;
  readonly #panic: number;
  readonly #clock: Clock;
  readonly #random: Random;
  #endpoints: readonly Endpoint[] = [];
  /** Those that may be chosen; undefined when that has to be found out anew. */
  #available: readonly Endpoint[] | undefined = undefined;
  #ejectedCount = 0;

  /** @throws {TroupeError} ERR_OPTION naming the option */
  constructor(options: BalancerOptions = {}) {
    checkNames('balancer', options, NAMES);
    const { ejection = {}, decayMs = 10_000 } = options;
    checkNames('ejection', ejection, EJECTION_NAMES);
    this.#policy = policyOf(options.policy ?? 'least-in-flight', checkedTtl('decayMs', decayMs));
    this.#ejection = new OutlierEjection({
      failures: checkedNumber('ejection.failures', ejection.failures ?? 5, 1, 1e6),
      baseMs: checkedTtl('ejection.baseMs', ejection.baseMs ?? 30_000),
      maxMs: checkedTtl('ejection.maxMs', ejection.maxMs ?? 300_000),
      share: checkedNumber('ejection.share', ejection.share ?? 0.1, 0, 1),
    });
    this.#slowStartMs = checkedNumber('slowStartMs', options.slowStartMs ?? 0, 0, MAX_TTL_MS);
    this.#panic = checkedNumber('panic', options.panic ?? 0.5, 0, 1);
    this.#clock = steady(options.clock ?? systemClock);
    this.#random = options.random ?? systemRandom;
  }

  /**
   * The instances are now these. Those known before keep what was learned of them; a later incarnation begins anew.
   * Only those that join others start slowly.
   */
  update(instances: readonly Instance<never>[]): void {
    const nowMs = this.#clock.now();
    const known = new Map(this.#endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const isFirst = known.size === 0;
    this.#endpoints = instances.map((instance) => {
      const endpoint = known.get(instance.instance);
      if (endpoint?.instance.incarnation !== instance.incarnation) {
        return new Endpoint(instance, isFirst ? nowMs - this.#slowStartMs : nowMs);
      }
      endpoint.instance = instance;
      return endpoint;
    });
    this.#available = undefined;
    this.#policy.update(this.#endpoints);
  }

  /** All of them with what is known of them, for people. */
  get endpoints(): readonly Readonly<Endpoint>[] {
    return this.#endpoints;
  }

  /**
   * Chooses an instance and counts a call to it.
   * @param key needed for `consistent-hash`
   * @returns undefined when there is none, or none with a weight above 0
   * @throws {TroupeError} ERR_OPTION when the policy needs a key
   */
  pick(key?: string): BalancedCall<M> | undefined {
    const nowMs = this.#clock.now();
    if (this.#ejectedCount > 0 && this.#ejection.release(this.#endpoints, nowMs)) {
      this.#available = undefined;
    }
    const available = this.#available ?? this.#findAvailable();
    if (available.length === 0) return undefined;
    if (this.#slowStartMs > 0) {
      for (const endpoint of available) {
        const part = slowStartPart(nowMs - endpoint.sinceMs, this.#slowStartMs);
        endpoint.weight = endpoint.instance.weight * part;
      }
    }
    const endpoint = this.#policy.choose(available, nowMs, this.#random, key);
    endpoint.inFlightCount++;
    return new Call<M>(this, endpoint, nowMs);
  }

  /**
   * Picks an instance and calls it: a call that throws or rejects is a failure, unless its caller gave it up. One
   * that was given up because its time was over is a failure.
   * @returns what it returns
   * @throws {TroupeError} ERR_REGISTRY_NO_INSTANCE, after which nothing was called; what the call throws; as rejections
   */
  async call<T>(use: (instance: Instance<M>) => T | Promise<T>, key?: string): Promise<T> {
    const pick = this.pick(key);
    if (pick === undefined) throw nobody();
    try {
      const value = await use(pick.instance);
      pick.done('success');
      return value;
    } catch (error) {
      pick.done(isAbort(error) && !isTimeout(error) ? 'ignored' : 'failure');
      throw error;
    }
  }

  /** @internal */
  settle(endpoint: Endpoint, sinceMs: number, outcome: 'success' | 'failure' | 'ignored'): void {
    const nowMs = this.#clock.now();
    endpoint.inFlightCount--;
    if (outcome === 'ignored') return;
    const isFailure = outcome === 'failure';
    const elapsedMs = nowMs - sinceMs;
    // Who fails fast must not look fast.
    const latencyMs = isFailure ? Math.max(elapsedMs, endpoint.latencyMs) : elapsedMs;
    this.#policy.measured(endpoint, latencyMs, nowMs);
    if (this.#ejection.result(endpoint, isFailure, this.#endpoints, nowMs)) {
      this.#ejectedCount++;
      this.#available = undefined;
    }
  }

  #findAvailable(): readonly Endpoint[] {
    const weighted = this.#endpoints.filter(({ instance }) => instance.weight > 0);
    const active = weighted.filter(({ state }) => state === 'active');
    for (const endpoint of weighted) endpoint.weight = endpoint.instance.weight;
    this.#ejectedCount = weighted.length - active.length;
    this.#available = active.length < this.#panic * weighted.length ? weighted : active;
    return this.#available;
  }
}

class Call<M extends Message> implements BalancedCall<M> {
  readonly #balancer: Balancer<M>;
  readonly #endpoint: Endpoint;
  readonly #sinceMs: number;
  #isDone = false;

  constructor(balancer: Balancer<M>, endpoint: Endpoint, sinceMs: number) {
    this.#balancer = balancer;
    this.#endpoint = endpoint;
    this.#sinceMs = sinceMs;
  }

  get instance(): Instance<M> {
    return this.#endpoint.instance as Instance<M>;
  }

  done(outcome: 'success' | 'failure' | 'ignored'): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#balancer.settle(this.#endpoint, this.#sinceMs, outcome);
  }
}

/** A `Timeout` gives an ask up by its signal. */
function isTimeout(abort: unknown): boolean {
  return hasCode((abort as Error).cause, 'ERR_CALL_TIMEOUT');
}

function nobody(): TroupeError {
  return new TroupeError('ERR_REGISTRY_NO_INSTANCE', {
    what: 'there is no instance to call, or none with a weight above 0',
    mend: 'try again when one has registered; discover says why nobody is found',
  });
}

function policyOf(name: PolicyName, decayMs: number): BalancePolicy {
  switch (name) {
    case 'round-robin':
      return new RoundRobin();
    case 'smooth-weighted':
      return new SmoothWeighted();
    case 'least-in-flight':
      return new LeastInFlight();
    case 'peak-ewma':
      return new PeakEwma(decayMs);
    case 'consistent-hash':
      return new ConsistentHash();
    default:
      throw badOption('policy', name, 'the name of a policy');
  }
}
