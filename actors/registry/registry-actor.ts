import {
  ActorRef,
  type Context,
  defineActor,
  NO_REPLY,
  type NoReply,
  type Requester,
  TroupeError,
} from '../../runtime/index.js';
import type { RegistryEffect } from './effects.js';
import { HEALTH_STATUSES } from './health.js';
import { HealthChecker, type HealthCheckerMessage } from './health-checker.js';
import { LeaseWords, newLeaseMemory } from './lease-words.js';
import { checkedInstance, checkedOwner, checkedRef, checkedWord, WISHES } from './message-check.js';
import { checkedName, checkedNumber, checkedText, MAX_TTL_MS } from './options.js';
import type { LockResult, OwnerSpec, RegistryMessage, RegistryNews } from './protocol.js';
import { RegistryCore } from './registry-core.js';
import { type RegistryLimits, type RegistryOptions, registryLimits } from './registry-options.js';
import { RegistryReplica } from './registry-replica.js';

/** What a registry is spawned with: made by {@link registryArgs}. */
export interface RegistryArgs {
  readonly limits: RegistryLimits;
  /** Heartbeats, and what has to outlive a restart: see `lease-words-descriptor.ts`. */
  readonly memory: SharedArrayBuffer;
  /** Threads that get a replica. */
  readonly replicaThreads: readonly number[];
}

/**
 * The arguments of a {@link RegistryActor}, for those who spawn it themselves.
 * @param threads worker threads of the system; each, and the main thread, gets a replica
 * @throws {TroupeError} ERR_OPTION
 */
export function registryArgs(options: RegistryOptions, threads: number): RegistryArgs {
  const limits = registryLimits(options);
  const replicaThreads = Array.from({ length: threads + 1 }, (_, thread) => thread);
  return { limits, memory: newLeaseMemory(limits.instanceCount), replicaThreads };
}

interface RegistryState {
  readonly core: RegistryCore;
  readonly words: LeaseWords;
  readonly checker: ActorRef<HealthCheckerMessage>;
  /** Those who wait for a lock, by ticket. */
  readonly waiting: Map<number, Requester<LockResult>>;
  ticket: number;
}

type Ctx = Context<RegistryMessage, never>;

/**
 * The service registry: the one writer, and the point at which everything has an order. Each thread has a
 * replica of it, which answers lookups without a message.
 *
 * It lives in memory. After a restart it is empty, in a later epoch: indices and fencing tokens are greater than
 * all before, leases are over, locks stay closed for the lock delay, and the handles of registrations that live
 * register again.
 */
export const RegistryActor = defineActor<RegistryMessage>()({
  module: import.meta.url,
  name: 'RegistryActor',
  supervision: { intensity: 1000, periodMs: 1000 },
  mailbox: { capacity: 2 ** 20 },
  init: (args: RegistryArgs, ctx): RegistryState => {
    const words = new LeaseWords(args.memory);
    const { epoch, generation } = words.begin();
    const core = new RegistryCore(args.limits, epoch, generation, ctx.now());
    const checker = ctx.spawn(HealthChecker, { registry: ctx.self }, { restart: 'permanent' });
    for (const thread of args.replicaThreads) {
      const replicaArgs = { registry: ctx.self, memory: args.memory, limits: args.limits };
      ctx.spawn(RegistryReplica, replicaArgs, { placement: thread, restart: 'permanent' });
    }
    ctx.startInterval('sweep', args.limits.sweepMs, { type: 'sweep' });
    return { core, words, checker, waiting: new Map(), ticket: 0 };
  },
  handlers: {
    register: (state, { registration }, ctx) =>
      answer(state, ctx, () => {
        const ref = registration?.ref;
        if (ref !== undefined) checkedRef('register.ref', ref, ctx.self);
        return state.core.register(registration, ctx.now());
      }),
    deregister: (state, { name }, ctx) =>
      answer(state, ctx, () => state.core.deregister(checkedInstance(name), ctx.now())),
    wish: (state, { name, wish }, ctx) =>
      answer(state, ctx, () =>
        state.core.wish(checkedInstance(name), checkedWord('wish', wish, WISHES), ctx.now()),
      ),
    report: (state, { name, check, result, output }, ctx) =>
      answer(state, ctx, () => {
        checkedWord('report.result', result, HEALTH_STATUSES);
        checkedText('report.output', output);
        return state.core.report(checkedInstance(name), check, result, output, ctx.now());
      }),
    heartbeat: (state, { name }, ctx) =>
      answer(state, ctx, () => state.core.heartbeat(checkedInstance(name), ctx.now())),
    discover: (state, { service, query }, ctx) =>
      answer(state, ctx, () => state.core.discover(service, query)),
    why: (state, { service, instance }) => state.core.why(service, instance),
    status: (state) => state.core.status(),
    watch: (state, { name, subscriber, service, query, from }, ctx) =>
      answer(state, ctx, () => {
        checkedName('watch.name', name);
        checkedRef('watch.subscriber', subscriber, ctx.self);
        if (service !== undefined) checkedName('watch.service', service);
        const spec = { name, subscriber, service, query, from };
        return state.core.watches.add(spec, ctx.now()) ? 'watching' : 'full';
      }),
    unwatch: (state, { name, subscriber }, ctx) => {
      if (!(subscriber instanceof ActorRef)) return;
      state.core.watches.remove(subscriber, name);
      perform(state, ctx);
    },
    acknowledge: (state, { name, subscriber, index }, ctx) => {
      if (!(subscriber instanceof ActorRef)) return;
      state.core.watches.acknowledge(subscriber, name, index);
      perform(state, ctx);
    },
    lock: (state, { key, owner, waitMs }, ctx) =>
      answer(state, ctx, () => lock(state, key, owner, waitMs, ctx)),
    'renew-lock': (state, { key, token, owner }, ctx) =>
      answer(state, ctx, () =>
        state.core.renewLock(key, token, checkedOwner(owner, ctx.self), ctx.now()),
      ),
    unlock: (state, { key, token }, ctx) =>
      answer(state, ctx, () => state.core.unlock(key, token, ctx.now())),
    'lock-holder': (state, { key }) => state.core.lockHolder(key),
    'thread-died': (state, { thread, atMs }, ctx) => {
      state.core.threadDied(thread, atMs, ctx.now());
      perform(state, ctx);
    },
    sweep: (state, _message, ctx) => {
      state.core.sweep(state.words, { next: () => ctx.random() }, ctx.now());
      perform(state, ctx);
    },
    'actor-gone': (state, { id }, ctx) => {
      state.core.actorGone(id, ctx.now());
      perform(state, ctx);
    },
    'lock-wait-over': (state, { key, ticket }, ctx) => {
      if (!state.core.cancelWait(key, ticket)) return;
      settle(state, ctx, ticket, { outcome: 'held', by: state.core.lockHolder(key) });
    },
    probed: (state, { name, check, result, output }, ctx) => {
      state.core.report(name, check, result, output, ctx.now());
      perform(state, ctx);
    },
  },
  stopped: (state) => {
    const error = new TroupeError('ERR_STOPPED', { what: 'the registry has ended' });
    for (const requester of state.waiting.values()) requester.fail(error);
  },
});

/** Bad input is the asker's affair, not a failure of the registry, which others rely on. */
function answer<R>(state: RegistryState, ctx: Context<RegistryMessage, R>, act: () => R | NoReply) {
  try {
    const result = act();
    perform(state, ctx as Ctx);
    return result;
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    ctx.requester().fail(error);
    return NO_REPLY;
  }
}

function perform(state: RegistryState, ctx: Ctx): void {
  for (const effect of state.core.takeEffects()) performOne(state, effect, ctx);
}

function performOne(state: RegistryState, effect: RegistryEffect, ctx: Ctx): void {
  switch (effect.type) {
    case 'lease-open':
      state.words.open(effect.slot, effect.generation, ctx.now());
      break;
    case 'lease-close':
      state.words.close(effect.slot);
      break;
    case 'watch-actor':
      ctx.watch(effect.ref, { type: 'actor-gone', id: effect.ref.id });
      break;
    case 'unwatch-actor':
      ctx.unwatch(effect.ref);
      break;
    case 'start-checks':
    case 'stop-checks':
      state.checker.tell(effect);
      break;
    case 'tell-watcher': {
      const { subscriber, name } = effect.watch;
      const news: RegistryNews = { type: 'registry-news', name, event: effect.event };
      (subscriber as ActorRef<RegistryNews>).tell(news);
      break;
    }
    case 'lock-granted':
      settle(state, ctx, effect.ticket, { outcome: 'granted', token: effect.token });
      break;
    case 'lock-lost':
      settle(state, ctx, effect.ticket, { outcome: 'held', by: undefined });
      break;
    case 'publish':
      ctx.publish('registry', effect.event);
      break;
  }
}

function settle(state: RegistryState, ctx: Ctx, ticket: number, result: LockResult): void {
  ctx.cancelTimer(`lock-${ticket}`);
  state.waiting.get(ticket)?.reply(result);
  state.waiting.delete(ticket);
}

function lock(
  state: RegistryState,
  key: string,
  spec: OwnerSpec,
  waitMs: number,
  ctx: Context<RegistryMessage, LockResult>,
): LockResult | NoReply {
  checkedName('lock.key', key);
  checkedNumber('lock.waitMs', waitMs, 0, MAX_TTL_MS);
  const owner = checkedOwner(spec, ctx.self);
  const { granted, holder } = state.core.lock(key, owner, ctx.now());
  if (granted && holder !== undefined) return { outcome: 'granted', token: holder.token };
  if (waitMs === 0) return { outcome: 'held', by: holder };
  const ticket = ++state.ticket;
  if (!state.core.waitForLock(key, ticket, owner)) return { outcome: 'full' };
  state.waiting.set(ticket, ctx.requester());
  ctx.startTimer(`lock-${ticket}`, waitMs, { type: 'lock-wait-over', key, ticket });
  return NO_REPLY;
}
