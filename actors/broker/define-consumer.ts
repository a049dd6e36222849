import { setImmediate } from 'node:timers/promises';
import {
  type ActorRef,
  type Context,
  checkFields,
  checkNames,
  type Definition,
  defineActor,
  type ExitReason,
  type OptionNames,
} from '../../runtime/index.js';
import type { BrokerAddress } from './broker-actor.js';
import { type Broker, openBroker } from './client.js';
import { deliveriesOf, type PullSource } from './consumer.js';
import type { Delivery } from './delivery.js';
import type { GroupOptions } from './options.js';
import { isPassing } from './retrying.js';
import type { StandardSchema } from './schema.js';
import type { DeliverMessage, DeliveryBatch } from './shard-protocol.js';

/** An attachment lasts as long as the shard. */
const NO_DEADLINE_MS = 2 ** 36;
/** Pause before the next try when the shard was gone. */
const ATTACH_AGAIN_MS = 50;
/** A run of handlers that never wait lets the thread breathe after this time. */
const RUN_MS = 5;

/** Which messages a consumer gets. */
export interface ConsumerSource<T = unknown> {
  readonly broker: BrokerAddress;
  readonly stream: string;
  readonly group: string;
  /** Makes the group when it is not there. */
  readonly create?: GroupOptions;
  /** Messages that it has at a time, handled or waiting; 64. */
  readonly limit?: number;
  /** What does not fit is a dead letter at once. */
  readonly schema?: StandardSchema<T>;
  /**
   * While a handler runs, the deadlines of what the consumer has are extended, also when it blocks its thread, but
   * no handler for longer than this; 600,000 ms. 0: deadlines are not extended.
   */
  readonly maxHandlingMs?: number;
}

/** The protocol of a consumer: told by shards and by itself. */
export type ConsumerMessage =
  | DeliverMessage
  | { readonly type: 'broker:attach' }
  | { readonly type: 'broker:detached'; readonly error: unknown };

/** What a user writes about a consumer that is an actor. */
export interface ConsumerSpec<T, A, S> {
  /** `import.meta.url` of the module that exports the definition. */
  readonly module: string;
  /** Name of that export. */
  readonly name: string;
  readonly source: (args: A) => ConsumerSource<T>;
  readonly init: (args: A, ctx: Context<ConsumerMessage>, broker: Broker) => S | Promise<S>;
  /**
   * One message at a time. When it completes, the message is acknowledged; when it throws or rejects, the message
   * has failed and the consumer goes on; unless the handler has settled the delivery itself.
   */
  readonly handle: (
    state: NoInfer<S>,
    delivery: Delivery<T>,
    ctx: Context<ConsumerMessage>,
  ) => void | Promise<void>;
  readonly stopped?: (state: NoInfer<S>, reason: ExitReason) => void | Promise<void>;
}

interface ConsumerState<T, S> {
  readonly user: S;
  readonly broker: Broker;
  readonly source: PullSource;
  readonly options: ConsumerSource<T>;
  /** The ordinal of the delivery in hand, for the shard to see. */
  readonly handling: Int32Array;
}

const FIELDS: OptionNames<ConsumerSpec<unknown, unknown, unknown>> = {
  module: true,
  name: true,
  source: true,
  init: true,
  handle: true,
  stopped: true,
};
const SOURCE: OptionNames<ConsumerSource> = {
  broker: true,
  stream: true,
  group: true,
  create: true,
  limit: true,
  schema: true,
  maxHandlingMs: true,
};

/**
 * Defines a consumer that is an actor: messages are pushed to it, and when it ends, fails or loses its thread, what it
 * has goes to others at once. Only the message whose handler ran then counts as failed.
 *
 * @throws {TroupeError} ERR_DEFINITION
 */
export function defineConsumer<T>(): <A, S>(
  spec: ConsumerSpec<T, A, S>,
) => Definition<ConsumerMessage, A> {
  return (spec) => define(spec as unknown as ConsumerSpec<unknown, unknown, unknown>) as never;
}

function define(
  spec: ConsumerSpec<unknown, unknown, unknown>,
): Definition<ConsumerMessage, unknown> {
  checkFields(String(spec?.name), spec, FIELDS);
  type State = ConsumerState<unknown, unknown>;
  return defineActor<ConsumerMessage>()({
    module: spec.module,
    name: spec.name,
    init: async (args: unknown, ctx): Promise<State> => {
      const options = spec.source(args);
      checkNames(`the source of ${spec.name}`, options, SOURCE);
      const broker = await openBroker(ctx, options.broker);
      const word = new SharedArrayBuffer(4);
      const { stream, group, maxHandlingMs = 600_000 } = options;
      const source = broker.source(stream, group, word, maxHandlingMs);
      const user = await spec.init(args, ctx, broker);
      const state = { user, broker, source, options, handling: new Int32Array(word) };
      attach(state, ctx);
      return state;
    },
    handlers: {
      'broker:attach': (state: State, _message, ctx) => attach(state, ctx),
      'broker:detached': (_state: State, { error }, ctx) => detached(error, ctx),
      'broker:deliver': (state: State, { batch, holder }, ctx) =>
        // What was on its way to a former incarnation has been given back.
        holder === state.source.holder.id ? handleAll(spec, state, batch, ctx) : undefined,
    },
    stopped: (state: State, reason) => {
      state.source.lane.flush(true);
      state.source.shard.tell({ type: 'detach', id: state.source.holder.id });
      return spec.stopped?.(state.user, reason);
    },
  });
}

/** Asks the shard for messages, and again when the shard has begun anew. */
function attach(state: ConsumerState<unknown, unknown>, ctx: Context<ConsumerMessage>): void {
  const { source, options } = state;
  const { stream, group, holder } = source;
  const { create = null, limit = 64 } = options;
  const { self } = ctx;
  const to = self as ActorRef<DeliverMessage>;
  const attach = { type: 'attach', stream, group, options: create, limit, holder, to } as const;
  source.shard.ask(attach, { timeoutMs: NO_DEADLINE_MS }).then(
    () => self.tell({ type: 'broker:detached', error: undefined }),
    (error: unknown) => self.tell({ type: 'broker:detached', error }),
  );
}

/** The shard has begun anew, or the group is gone: tries again, and fails when it can never succeed. */
function detached(error: unknown, ctx: Context<ConsumerMessage>): void {
  if (error !== undefined && !isPassing(error)) throw error;
  ctx.startTimer('broker:attach', ATTACH_AGAIN_MS, { type: 'broker:attach' });
}

async function handleAll(
  spec: ConsumerSpec<unknown, unknown, unknown>,
  state: ConsumerState<unknown, unknown>,
  batch: DeliveryBatch,
  ctx: Context<ConsumerMessage>,
): Promise<void> {
  const { handling, source, options, user } = state;
  let sinceMs = ctx.now();
  for (const delivery of deliveriesOf(source, batch, options.schema)) {
    Atomics.store(handling, 0, delivery.ordinal);
    try {
      const pending = spec.handle(user, delivery, ctx);
      if (pending instanceof Promise) await pending;
      if (!delivery.isSettled) delivery.ackLater();
    } catch (error) {
      if (!delivery.isSettled) delivery.fail(error).catch(ignoreStale);
    }
    if (ctx.now() - sinceMs < RUN_MS) continue;
    await setImmediate();
    sinceMs = ctx.now();
  }
  source.lane.flush();
  Atomics.store(handling, 0, 0);
}

/** A stale answer changed nothing: the message is or was somebody else's. */
function ignoreStale(): void {}
