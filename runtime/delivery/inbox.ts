import type { ActorCell } from '../actor/actor-cell.js';
import { ActorContext } from '../actor/actor-context.js';
import { contextOver, describe, unhandled } from '../actor/cell-errors.js';
import { type AnyHandler, NO_REPLY, type NoReply } from '../actor/handlers.js';
import { isThenable } from '../actor/thenable.js';
import type { ActorRef } from '../ref/actor-ref.js';
import type { Message } from '../ref/protocol.js';
import { DeliveryReceiver, type ReceiverEffect } from './delivery-receiver.js';
import { type OutboxReply, RELIABLE, type Reliable } from './packets.js';

/** Names one reliable message, the same each time it is delivered: a key to do something only once. */
export interface DeliveryKey {
  readonly stream: string;
  /** Counts the messages of the stream, from 1. */
  readonly sequence: number;
}

/** How much an inbox grants and remembers, checked and complete. */
export interface InboxLimits {
  readonly windowCount: number;
  readonly rememberedCount: number;
}

/** Finds the handler of a message type in the present behaviour. */
export type FindHandler = (type: string) => AnyHandler | undefined;

type Sender = ActorRef<OutboxReply>;

interface Inbox {
  readonly receiver: DeliveryReceiver<Message, Sender>;
  inHand: DeliveryKey | undefined;
}

/** What each incarnation has received. A context belongs to one incarnation. */
const INBOXES = new WeakMap<object, Inbox>();

/** The key of the reliable message that the actor of this context has in hand. */
export function keyInHand(ctx: object): DeliveryKey | undefined {
  return INBOXES.get(ctx)?.inHand;
}

function inboxOf(ctx: ActorContext, limits: InboxLimits): Inbox {
  let inbox = INBOXES.get(ctx);
  if (inbox === undefined) {
    const receiver = new DeliveryReceiver<Message, Sender>({
      epoch: ctx.incarnation,
      windowCount: limits.windowCount,
      dormantCount: limits.rememberedCount,
    });
    inbox = { receiver, inHand: undefined };
    INBOXES.set(ctx, inbox);
  }
  return inbox;
}

/** The handler of all that outboxes send to an actor: carries out what the pure receiver decides. */
export function receive(
  find: FindHandler,
  state: unknown,
  { packet, from }: Reliable<Message>,
  ctx: ActorContext,
  limits: InboxLimits,
): unknown {
  const inbox = inboxOf(ctx, limits);
  const { receiver } = inbox;
  switch (packet.kind) {
    case 'open':
      return perform(receiver.open(packet, from), ctx);
    case 'gone':
      return receiver.gone(packet.stream, packet.session);
    case 'data': {
      const effects = receiver.data(packet, from);
      const effect = effects[0];
      if (effect?.type !== 'handle') return perform(effects, ctx);
      const { stream, sequence, message } = effect;
      const handler = find(message.type);
      if (handler === undefined) throw unhandled(ActorContext.cellOf(ctx)!, message);
      inbox.inHand = { stream, sequence };
      return handle(handler, state, message, ctx, inbox);
    }
  }
}

function handle(
  handler: AnyHandler,
  state: unknown,
  message: Message,
  ctx: ActorContext,
  inbox: Inbox,
): unknown {
  const cell = ActorContext.cellOf(ctx)!;
  const { epoch } = cell;
  const stashedCount = cell.extras?.stash?.length ?? 0;
  const result = handler(state, message, ctx);
  if (!isThenable(result)) return settle(result, ctx, inbox, cell, stashedCount);
  return result.then((outcome) => {
    // A turn that became void while it waited has handled nothing.
    if (ActorContext.cellOf(ctx) === null || cell.epoch !== epoch) return undefined;
    return settle(outcome, ctx, inbox, cell, stashedCount);
  });
}

/** The handler has completed: confirms, unless it has put the message off. */
function settle(
  outcome: unknown,
  ctx: ActorContext,
  inbox: Inbox,
  cell: ActorCell,
  stashedCount: number,
): NoReply | undefined {
  inbox.inHand = undefined;
  if (outcome !== NO_REPLY) {
    perform(inbox.receiver.handled(), ctx);
    return undefined;
  }
  if ((cell.extras?.stash?.length ?? 0) <= stashedCount) {
    throw contextOver(
      `${describe(cell)} forwarded a message that came reliably`,
      'send it on through an outbox of its own: reliable(ctx, to)',
    );
  }
  inbox.receiver.postponed();
  return NO_REPLY;
}

function perform(effects: readonly ReceiverEffect<Message, Sender>[], ctx: ActorContext): void {
  for (const effect of effects) {
    if (effect.type === 'reply') {
      effect.to.tell({ type: 'packet', packet: effect.packet });
    } else if (effect.type === 'watch') {
      const { sender, stream, session } = effect;
      const packet = { kind: 'gone', stream, session } as const;
      ctx.watch(sender, { type: RELIABLE, packet, from: sender });
    }
  }
}

/** The incarnation has failed: its senders need not wait for their timers to find the next one. */
export function turnAway(ctx: object): void {
  const inbox = INBOXES.get(ctx);
  if (inbox !== undefined) perform(inbox.receiver.close(), ctx as ActorContext);
}
