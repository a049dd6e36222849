import type { ActorCell } from '../actor/actor-cell.js';
import type { AnyHandler } from '../actor/handlers.js';
import type { KindMeter } from '../actor/kind-meter.js';
import { Carried, CarriedAsk } from './carried.js';
import type { CellPort } from './cell-port.js';
import { callUnder } from './trace-context.js';
import { failSpan, type Tracing } from './tracing.js';

/** Has each message that actors of a kind handle be a span, where `openTelemetry` is on. */
export class SpanKind implements KindMeter {
  readonly #base: KindMeter | null;
  readonly #port: CellPort;
  readonly #tracing: Tracing;

  /** @param base what measures the kind; null where nothing does */
  constructor(base: KindMeter | null, port: CellPort, tracing: Tracing) {
    this.#base = base;
    this.#port = port;
    this.#tracing = tracing;
  }

  wrap(handler: AnyHandler): AnyHandler {
    const measured = this.#base?.wrap(handler) ?? handler;
    const tracing = this.#tracing;
    return (state, message, ctx) => {
      const cell = this.#port.current!;
      const { hand } = cell;
      const from = hand instanceof Carried || hand instanceof CarriedAsk ? hand.context : undefined;
      const open = tracing.handling(cell, message, from);
      const { span, carried } = open;
      let result: unknown;
      try {
        result = tracing.under(open, callUnder, carried, measured, state, message, ctx);
      } catch (error) {
        failSpan(span, error);
        throw error;
      }
      if (result instanceof Promise) {
        result.then(
          () => span.end(),
          (error: unknown) => failSpan(span, error),
        );
      } else span.end();
      return result;
    };
  }

  failed(): void {
    this.#base?.failed();
  }

  restarted(): void {
    this.#base?.restarted();
  }

  seen(cell: ActorCell): void {
    this.#base?.seen(cell);
  }
}
