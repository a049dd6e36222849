import { type Context, type Definition, defineActor } from '../../runtime/index.js';
import type { AggregateSpec, Decider, Rejection } from './aggregate-spec.js';
import { type AnySpec, checkSpec } from './check-spec.js';
import { LiveAggregate, type LiveAggregateArgs } from './live-aggregate.js';
import type { AggregateMessage } from './protocol.js';
import type { DomainEvent } from './recorded-event.js';
import { AggregateShard, type ShardArgs } from './shard.js';

declare const types: unique symbol;

/** What an actor of the definition is: the keeper of one thread's aggregates, or one aggregate. */
export type AggregateArgs = ShardArgs | LiveAggregateArgs;

/**
 * A kind of aggregate, as data: the module and the export under which any thread finds the code.
 * @typeParam C commands @typeParam E events @typeParam S state @typeParam X rejections
 */
export interface AggregateDefinition<C, E, S, X>
  extends Definition<AggregateMessage, AggregateArgs> {
  readonly [types]?: {
    command: (command: C) => void;
    event: () => E;
    state: () => S;
    rejection: () => X;
  };
}

const deciders = new WeakMap<object, Decider>();

/**
 * Defines a kind of aggregate. Called twice, so that commands and events are given and the rest is
 * inferred: state from `initial`, rejections from `decide`.
 *
 * ```ts
 * export const Counter = defineAggregate<Add, Added>()({
 *   module: import.meta.url,
 *   name: 'Counter',
 *   initial: { total: 0 },
 *   decide: (state, { by }) => (by > 0 ? [{ type: 'added', by }] : { code: 'not-positive' }),
 *   evolve: (state, { by }) => ({ total: state.total + by }),
 *   events: { added: 1 },
 * });
 * ```
 *
 * @throws {TroupeError} ERR_DEFINITION naming the field that is missing or malformed
 */
export function defineAggregate<C, E extends DomainEvent>(): <
  S,
  const R extends readonly E[] | Rejection,
>(
  spec: AggregateSpec<C, E, S, R>,
) => AggregateDefinition<C, E, S, Exclude<R, readonly unknown[]>> {
  return (spec) => {
    const decider = checkSpec(spec as unknown as AnySpec);
    const definition: Definition<AggregateMessage, AggregateArgs> = defineActor<AggregateMessage>()(
      {
        module: spec.module,
        name: spec.name,
        init: (args: AggregateArgs, ctx): Member =>
          args.role === 'shard'
            ? new AggregateShard(decider, definition, args, ctx)
            : new LiveAggregate(decider, args, ctx),
        handlers: {} as never,
        otherwise: (member, message, ctx) => member.receive(message, ctx),
        terminated: (member, { actor }, ctx) => member.terminated?.(actor.id, ctx),
        stopped: (member) => member.stopped(),
        supervision: { intensity: 10, periodMs: 5000 },
      },
    );
    deciders.set(definition, decider);
    return definition as never;
  };
}

/** The code behind a definition. @throws {TypeError} for what `defineAggregate` did not make */
export function deciderOf(
  definition: AggregateDefinition<never, never, unknown, unknown>,
): Decider {
  const decider = deciders.get(definition);
  if (decider === undefined) throw new TypeError(`${String(definition?.name)} is no aggregate`);
  return decider;
}

type Ctx = Context<AggregateMessage>;

/** A shard or an aggregate, as the actor behind it sees it. */
interface Member {
  receive(message: AggregateMessage, ctx: Ctx): unknown;
  terminated?(actorId: string, ctx: Ctx): void;
  stopped(): void;
}
