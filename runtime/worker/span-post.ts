import type { ActorCell } from '../actor/actor-cell.js';
import type { ActorRef } from '../ref/actor-ref.js';
import type { AskOptions } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import type { ActorThread } from './actor-thread.js';
import { CarryingPostOffice } from './carrying-post.js';
import { PostOffice } from './post-office.js';
import type { TraceContext } from './trace-context.js';
import { failSpan, type OpenSpan, type Tracing } from './tracing.js';

/** The post office where `openTelemetry` is on: each ask is a span, and messages carry the active one. */
class SpanPostOffice extends CarryingPostOffice {
  readonly #tracing: Tracing;
  /** The ask whose message is being sent. */
  #asking: OpenSpan | null = null;

  constructor(thread: ActorThread, tracing: Tracing) {
    super(thread);
    this.#tracing = tracing;
  }

  override ask(
    ref: ActorRef<Message>,
    message: unknown,
    options: AskOptions | undefined,
    by?: ActorCell | null,
  ): Promise<unknown> {
    const open = this.#tracing.asking(ref, message);
    this.#asking = open;
    let answer: Promise<unknown>;
    try {
      answer = super.ask(ref, message, options, by);
    } finally {
      this.#asking = null;
    }
    // The promise that is given away is the one that must be awaited: of the other nobody would hear.
    return answer.then(
      (value) => {
        open.span.end();
        return value;
      },
      (error: unknown) => {
        failSpan(open.span, error);
        throw error;
      },
    );
  }

  protected override present(): TraceContext | undefined {
    return this.#asking === null ? this.#tracing.present() : this.#asking.carried;
  }
}

/** The post office of a thread, by what its messages carry. */
export function makePostOffice(thread: ActorThread): PostOffice {
  if (thread.tracing !== null) return new SpanPostOffice(thread, thread.tracing);
  return thread.config.traceContext ? new CarryingPostOffice(thread) : new PostOffice(thread);
}
