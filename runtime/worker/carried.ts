import type { AnyHandler } from '../actor/handlers.js';
import type { KindMeter } from '../actor/kind-meter.js';
import { AskEnvelope, Envelope, type ReplyAddress } from '../ref/envelope.js';
import type { CellPort } from './cell-port.js';
import { callUnder, type TraceContext } from './trace-context.js';

/** A message with the context under which it was sent. It travels as it is, and lies in a mailbox as an envelope. */
export class Carried extends Envelope {
  readonly context: TraceContext;

  constructor(message: unknown, context: TraceContext) {
    super(message);
    this.context = context;
  }
}

/** A request with the context under which it was asked, in a mailbox. */
export class CarriedAsk extends AskEnvelope {
  readonly context: TraceContext;

  constructor(message: unknown, replyTo: ReplyAddress, context: TraceContext) {
    super(message, replyTo);
    this.context = context;
  }
}

/** Has the handlers of a kind run under the context of their message, where `traceContext` is on. */
export class ContextKind implements KindMeter {
  readonly #base: KindMeter | null;
  readonly #port: CellPort;

  /** @param base what measures the kind; null where nothing does */
  constructor(base: KindMeter | null, port: CellPort) {
    this.#base = base;
    this.#port = port;
  }

  wrap(handler: AnyHandler): AnyHandler {
    const measured = this.#base?.wrap(handler) ?? handler;
    const port = this.#port;
    return (state, message, ctx) => {
      const hand = port.current?.hand;
      const isCarried = hand instanceof Carried || hand instanceof CarriedAsk;
      // Without one it runs under none, not under that of whoever happened to wake the thread.
      return callUnder(isCarried ? hand.context : undefined, measured, state, message, ctx);
    };
  }

  failed(): void {
    this.#base?.failed();
  }

  restarted(): void {
    this.#base?.restarted();
  }

  seen(...[cell]: Parameters<KindMeter['seen']>): void {
    this.#base?.seen(cell);
  }
}
