import type { ActorContext } from '../actor/actor-context.js';
import type { Context } from '../actor/context.js';
import { type ActorSpec, type Definition, defineActor, SPEC_FIELDS } from '../actor/definition.js';
import type { ExitReason } from '../actor/exit-reason.js';
import type { AnyHandler } from '../actor/handlers.js';
import { checkFields, checkNames, checkNumber } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import type { Message } from '../ref/protocol.js';
import {
  type DeliveryKey,
  type FindHandler,
  type InboxLimits,
  keyInHand,
  receive,
  turnAway,
} from './inbox.js';
import { RELIABLE, type Reliable } from './packets.js';

/** How an actor receives reliably. Every field has a default. */
export interface ReceivingOptions {
  /** Messages that one sender may have under way to this actor, 1 to 1,000,000; 64. */
  readonly window?: number;
  /** Ended senders with a journal whose place is remembered in case they come back; 1000. */
  readonly rememberedSenders?: number;
}

/** What a user writes about an actor that receives reliably: as for `defineActor`, and `delivery`. */
export interface ReliableActorSpec<M extends Message, A, S> extends ActorSpec<M, A, S> {
  readonly delivery?: ReceivingOptions;
  /** Messages are confirmed in order, so they are handled one at a time. */
  readonly turn?: 'hold';
}

/**
 * Defines a kind of actor that receives reliably, besides everything else that `defineActor` gives: the same
 * handlers take a message whether it was told or came through an outbox.
 *
 * ```ts
 * export const Ledger = defineReliableActor<LedgerMessage>()({
 *   module: import.meta.url,
 *   name: 'Ledger',
 *   init: () => ({ total: 0 }),
 *   handlers: { book: (state, { amount }) => void (state.total += amount) },
 * });
 * ```
 *
 * A message is confirmed when its handler has completed, also when it is async. One whose handler fails is not: it is
 * delivered again to the next incarnation, before those that follow it. So a message that fails always uses up
 * the restarts of its actor; then its sender is told.
 *
 * `ctx.stash()` puts a reliable message off: it is confirmed when it is handled at last. It cannot be
 * forwarded (ERR_CONTEXT): have an outbox to the other actor. One that the present behaviour has no handler for
 * is a failure, ERR_UNHANDLED. The `priority` of a mailbox sees reliable messages under the type
 * `troupe:reliable`, and should give them all the same urgency.
 *
 * @throws {TroupeError} ERR_DEFINITION, ERR_OPTION
 */
export function defineReliableActor<M extends Message>(): <A, S>(
  spec: ReliableActorSpec<M, A, S>,
) => Definition<M | Reliable<M>, A> {
  return (spec) => extend(spec as unknown as ReliableActorSpec<Message, never, unknown>) as never;
}

/** The key of the reliable message in hand; undefined when it was told or asked. */
export function deliveryOf(ctx: Pick<Context<never>, 'self'>): DeliveryKey | undefined {
  return keyInHand(ctx);
}

function extend(
  spec: ReliableActorSpec<Message, never, unknown>,
): Definition<Message | Reliable<Message>, never> {
  checkFields(String(spec?.name), spec, { ...SPEC_FIELDS, delivery: true });
  const { delivery = {}, ...rest } = spec;
  if ((spec.turn as string | undefined) === 'interleave') {
    throw new TroupeError('ERR_DEFINITION', {
      what: "turn is 'interleave'",
      where: spec.name,
      mend: 'leave it out: reliable messages are handled one at a time, in order',
    });
  }
  checkNames(`${spec.name}.delivery`, delivery, { window: true, rememberedSenders: true });
  const { window = 64, rememberedSenders = 1000 } = delivery;
  const where = `${spec.name}.delivery`;
  const limits: InboxLimits = {
    windowCount: Math.floor(checkNumber(`${where}.window`, window, 1, 1e6)),
    rememberedCount: Math.floor(checkNumber(`${where}.rememberedSenders`, rememberedSenders, 0)),
  };
  const behaviors = Object.entries(spec.behaviors ?? {}).map(([name, handlers]) => [
    name,
    withReceiving(handlers as Handling, spec.otherwise as AnyHandler, limits),
  ]);
  return defineActor<Message>()({
    ...rest,
    handlers: withReceiving(spec.handlers as Handling, spec.otherwise as AnyHandler, limits),
    behaviors: Object.fromEntries(behaviors),
    stopped: (state: unknown, reason: ExitReason, ctx: Context<Message>) => {
      if (reason.type === 'failed') turnAway(ctx);
      return spec.stopped?.(state, reason, ctx);
    },
  } as ActorSpec<Message, never, unknown>);
}

type Handling = Readonly<Record<string, AnyHandler>>;

/** A set of handlers, and the one that takes what outboxes send. */
function withReceiving(
  handlers: Handling,
  otherwise: AnyHandler | undefined,
  limits: InboxLimits,
): Handling {
  if (typeof handlers !== 'object' || handlers === null) return handlers;
  const table = new Map<string, AnyHandler>();
  for (const [type, handler] of Object.entries(handlers)) {
    if (typeof handler === 'function') table.set(type, handler.bind(handlers));
  }
  const find: FindHandler = (type) => table.get(type) ?? otherwise;
  return {
    ...handlers,
    [RELIABLE]: (state, message, ctx) =>
      receive(find, state, message as Reliable<Message>, ctx as ActorContext, limits),
  };
}
