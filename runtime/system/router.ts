import { ActorContext } from '../actor/actor-context.js';
import { type Definition, defineActor } from '../actor/definition.js';
import type { NoReply } from '../actor/handlers.js';
import type { SpawnOptions } from '../actor/spawn-options.js';
import { TroupeError } from '../base/errors.js';
import type { HashRing } from '../base/placement/hash-ring.js';
import type { ActorRef } from '../ref/actor-ref.js';
import type { Message } from '../ref/protocol.js';
import type { FamilyHost } from '../supervision/family-host.js';
import { leastLoaded, ROUTINGS, type Routing, workerRing } from './routing.js';

/** How a pool of equal workers is made. */
export interface PoolOptions extends SpawnOptions {
  /** Workers, 1 to 10,000. */
  readonly size: number;
  /** `round-robin` when left out. */
  readonly routing?: Routing;
  /** For `consistent-hash`: the field of the message whose value chooses the worker. */
  readonly key?: string;
  /** Where the workers live; `spread` when left out. `placement` is the router's own. */
  readonly workers?: SpawnOptions;
}

/** The arguments of the router, as data. */
export interface RouterArgs {
  readonly definition: { readonly module: string; readonly name: string };
  readonly args: unknown;
  readonly size: number;
  readonly routing: Routing;
  readonly key: string;
  readonly workers: SpawnOptions;
}

interface RouterState {
  readonly routing: Routing;
  readonly key: string;
  readonly workers: readonly ActorRef<Message>[];
  readonly ring: HashRing | null;
  /** Shared words that count what each worker has taken in hand, and what was given to it. */
  readonly gauges: readonly number[];
  readonly given: number[];
  readonly words: Int32Array;
  readonly release: () => void;
  next: number;
}

/**
 * An actor that hands each message to one of its workers, or to all. The workers are its children and
 * supervised by it; whoever asks is answered by the worker itself.
 */
export const Router = defineActor<Message>()({
  module: import.meta.url,
  name: 'Router',
  init: (args: RouterArgs, ctx): RouterState => startWorkers(args, ctx as unknown as ActorContext),
  handlers: {} as never,
  otherwise: (state, message, ctx) => route(state, message, ctx as unknown as ActorContext),
  stopped: (state) => state.release(),
  supervision: { intensity: 10, periodMs: 5000 },
});

/** Checks the options of a pool. @throws {TroupeError} ERR_OPTION */
export function routerArgs(
  definition: Definition<never, never>,
  args: unknown,
  options: PoolOptions,
): RouterArgs {
  const { size, routing = 'round-robin', key = '', workers = {} } = options;
  if (!Number.isInteger(size) || size < 1 || size > 10_000) {
    throw refusal('size', size, 'an integer from 1 to 10,000');
  }
  if (!ROUTINGS.includes(routing)) throw refusal('routing', routing, ROUTINGS.join(', '));
  if (routing === 'consistent-hash' && key === '') {
    throw refusal('key', key, 'the name of a field of the message');
  }
  const { module, name } = definition;
  return { definition: { module, name }, args, size, routing, key, workers };
}

function startWorkers(args: RouterArgs, ctx: ActorContext): RouterState {
  const { definition, size, routing, key } = args;
  const host = ActorContext.hostOf(ctx) as FamilyHost;
  const gauges: number[] = [];
  const workers = Array.from({ length: size }, (_, index) => {
    const gauge = routing === 'least-loaded' ? host.claimGauge() : 0;
    gauges.push(gauge);
    const options = {
      placement: 'spread' as const,
      ...args.workers,
      name: `worker-${index}`,
      gauge,
    };
    return ctx.spawn(
      definition as Definition<never, never>,
      args.args,
      options,
    ) as unknown as ActorRef<Message>;
  });
  return {
    routing,
    key,
    workers,
    ring: routing === 'consistent-hash' ? workerRing(size) : null,
    gauges,
    given: gauges.map(() => 1),
    words: host.gauges,
    release: () => {
      for (const gauge of gauges) if (gauge !== 0) host.releaseGauge(gauge);
    },
    next: 0,
  };
}

function route(state: RouterState, message: Message, ctx: ActorContext): NoReply {
  const { workers } = state;
  if (state.routing === 'broadcast') return ActorContext.forwardToAll(ctx, workers);
  const index = choose(state, message);
  state.given[index]!++;
  return ctx.forward(workers[index] as never);
}

function choose(state: RouterState, message: Message): number {
  const from = state.next;
  state.next = (from + 1) % state.workers.length;
  switch (state.routing) {
    case 'consistent-hash':
      return state.ring!.indexOf(
        String((message as unknown as Record<string, unknown>)[state.key]),
      );
    case 'least-loaded':
      return leastLoaded(
        state.gauges.map((gauge, index) =>
          gauge === 0 ? 0 : (state.given[index]! - Atomics.load(state.words, gauge)) | 0,
        ),
        from,
      );
    default:
      return from;
  }
}

function refusal(option: string, value: unknown, allowed: string): TroupeError {
  return new TroupeError('ERR_OPTION', {
    what: `${option} is ${JSON.stringify(value)}`,
    where: 'spawnPool',
    mend: `use ${allowed}`,
  });
}
