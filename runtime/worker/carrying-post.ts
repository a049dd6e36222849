import type { ActorCell } from '../actor/actor-cell.js';
import type { ActorRef } from '../ref/actor-ref.js';
import { AskEnvelope, messageOf, type ReplyAddress } from '../ref/envelope.js';
import type { AskOptions, TellOptions } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import { Carried, CarriedAsk } from './carried.js';
import { PostOffice } from './post-office.js';
import { currentTrace, type TraceContext } from './trace-context.js';

/** The post office where `traceContext` is on: what is sent under a context takes it along. */
export class CarryingPostOffice extends PostOffice {
  override tell(
    ref: ActorRef<Message>,
    message: unknown,
    options: TellOptions | undefined,
  ): boolean {
    return super.tell(ref, this.#carry(message), options);
  }

  override ask(
    ref: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
    by?: ActorCell | null,
  ): Promise<unknown> {
    return super.ask(ref, this.#carry(message), options, by);
  }

  override send(
    ref: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
  ): Promise<void> {
    return super.send(ref, this.#carry(message), options);
  }

  override forward(ref: ActorRef<Message>, item: unknown): void {
    const isAsk = item instanceof AskEnvelope;
    super.forward(ref, isAsk ? new AskEnvelope(this.#carry(item.message), item.replyTo) : item);
  }

  protected override tellOf(item: unknown): unknown {
    return this.#carry(messageOf(item));
  }

  protected override envelopeOf(message: unknown, row: ReplyAddress): AskEnvelope {
    return message instanceof Carried
      ? new CarriedAsk(message.message, row, message.context)
      : new AskEnvelope(message, row);
  }

  /** The context under which something is sent now. */
  protected present(): TraceContext | undefined {
    return currentTrace();
  }

  /** The message as it is to be sent: with the present context, if there is one. */
  #carry(message: unknown): unknown {
    // What is no message is refused by whoever takes it.
    if (typeof message !== 'object' || message === null) return message;
    const context = this.present();
    return context === undefined ? message : new Carried(message, context);
  }
}
