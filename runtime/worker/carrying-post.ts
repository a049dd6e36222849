import type { ActorCell } from '../actor/actor-cell.js';
import type { ActorRef } from '../ref/actor-ref.js';
import { AskEnvelope, messageOf, type ReplyAddress } from '../ref/envelope.js';
import type { AskOptions, TellOptions } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import { Carried, CarriedAsk, carry } from './carried.js';
import { PostOffice } from './post-office.js';

/** The post office where `traceContext` is on: what is sent under a context takes it along. */
export class CarryingPostOffice extends PostOffice {
  override tell(
    ref: ActorRef<Message>,
    message: unknown,
    options: TellOptions | undefined,
  ): boolean {
    return super.tell(ref, carry(message), options);
  }

  override ask(
    ref: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
    by?: ActorCell | null,
  ): Promise<unknown> {
    return super.ask(ref, carry(message), options, by);
  }

  override send(
    ref: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
  ): Promise<void> {
    return super.send(ref, carry(message), options);
  }

  override forward(ref: ActorRef<Message>, item: unknown): void {
    const isAsk = item instanceof AskEnvelope;
    super.forward(ref, isAsk ? new AskEnvelope(carry(item.message), item.replyTo) : item);
  }

  protected override tellOf(item: unknown): unknown {
    return carry(messageOf(item));
  }

  protected override envelopeOf(message: unknown, row: ReplyAddress): AskEnvelope {
    return message instanceof Carried
      ? new CarriedAsk(message.message, row, message.context)
      : new AskEnvelope(message, row);
  }
}
