import { inspect } from 'node:util';
import type { ActorCell } from '../actor/actor-cell.js';
import { ActorKind } from '../actor/actor-kind.js';
import type { AnyHandler } from '../actor/handlers.js';
import type { KindMeter } from '../actor/kind-meter.js';
import type { AnyRef } from '../ref/actor-ref.js';
import { AskEnvelope, typeOfMessage } from '../ref/envelope.js';
import type { ActorThread } from './actor-thread.js';

/** One message of a traced actor, told when its handler is done. */
export interface TracedMessage {
  /** The actor as text, `troupe://…`, and its id. */
  readonly actor: string;
  readonly id: string;
  readonly thread: number;
  readonly incarnation: number;
  /** Type of the message. */
  readonly type: string;
  /** The message as text, cut after {@link MAX_TEXT} characters. */
  readonly message: string;
  readonly isAsk: boolean;
  readonly outcome: 'done' | 'failed';
  readonly tookMs: number;
  /** Messages that wait behind it. */
  readonly queued: number;
  /** Messages of this actor that were not told of since the last one: see {@link MAX_PER_SECOND}. */
  readonly suppressed: number;
}

/** Messages of one traced actor that are told of in a second. */
const MAX_PER_SECOND = 1000;
const MAX_TEXT = 200;
const WINDOW_MS = 1000;

/** Wraps the handlers of one actor. */
class Trace implements KindMeter {
  readonly original: ActorKind;
  readonly #thread: ActorThread;
  readonly #cell: ActorCell;
  #windowMs = Number.NEGATIVE_INFINITY;
  #told = 0;
  #suppressed = 0;

  constructor(thread: ActorThread, cell: ActorCell, original: ActorKind) {
    this.#thread = thread;
    this.#cell = cell;
    this.original = original;
  }

  wrap(handler: AnyHandler): AnyHandler {
    const measured = this.original.meter?.wrap(handler) ?? handler;
    return (state, message, context) => {
      const startMs = this.#thread.clock.now();
      const isAsk = this.#cell.hand instanceof AskEnvelope;
      // Before the handler, which may change it.
      const text = this.#isDue(startMs) ? textOf(message) : undefined;
      const tell = (outcome: 'done' | 'failed'): void => {
        if (text !== undefined) this.#tell(message, text, isAsk, outcome, startMs);
      };
      let result: unknown;
      try {
        result = measured(state, message, context);
      } catch (error) {
        tell('failed');
        throw error;
      }
      if (result instanceof Promise) {
        result.then(
          () => tell('done'),
          () => tell('failed'),
        );
      } else tell('done');
      return result;
    };
  }

  failed(): void {
    this.original.meter?.failed();
  }

  restarted(): void {
    this.original.meter?.restarted();
  }

  seen(cell: ActorCell): void {
    this.original.meter?.seen(cell);
  }

  #isDue(now: number): boolean {
    if (now - this.#windowMs >= WINDOW_MS) {
      this.#windowMs = now;
      this.#told = 0;
    }
    if (this.#told++ < MAX_PER_SECOND) return true;
    this.#suppressed++;
    return false;
  }

  #tell(
    message: unknown,
    text: string,
    isAsk: boolean,
    outcome: 'done' | 'failed',
    startMs: number,
  ): void {
    const { ref, incarnation, mailbox } = this.#cell;
    const traced: TracedMessage = {
      actor: ref.toString(),
      id: ref.id,
      thread: ref.thread,
      incarnation,
      type: typeOfMessage(message),
      message: text,
      isAsk,
      outcome,
      tookMs: this.#thread.clock.now() - startMs,
      queued: mailbox.length,
      suppressed: this.#suppressed,
    };
    this.#suppressed = 0;
    this.#thread.publish('message-traced', traced);
  }
}

/**
 * The actors of a thread whose messages are told on the event stream. A traced actor gets a kind of its own
 * with wrapped handlers, so nobody else pays for it. The trace outlives restarts of the actor, and ends with the
 * actor or its thread.
 */
export class Traces {
  readonly #thread: ActorThread;

  constructor(thread: ActorThread) {
    this.#thread = thread;
  }

  /** @returns false when there is no such actor, or it has not loaded its code yet */
  set(ref: AnyRef, isOn: boolean): boolean {
    const cell = this.#thread.cells.get(ref);
    const kind = cell?.kind;
    if (cell === undefined || kind == null) return false;
    const present = kind.meter instanceof Trace ? kind.meter : undefined;
    if (isOn === (present !== undefined)) return true;
    if (present !== undefined) {
      change(cell, present.original);
    } else {
      const labels = (name: string): number => this.#thread.loader.label(name);
      const trace = new Trace(this.#thread, cell, kind);
      change(cell, new ActorKind(kind.definition, labels, trace));
    }
    return true;
  }
}

/** Gives an actor other handlers of the same behaviour. */
function change(cell: ActorCell, kind: ActorKind): void {
  const former = cell.kind!;
  const behavior = former.behaviorNames.find((name) => former.behavior(name) === cell.table);
  cell.recipe = { ...cell.recipe, kind };
  if (behavior !== undefined) cell.table = kind.behavior(behavior)!;
}

function textOf(message: unknown): string {
  try {
    const text = inspect(message, { depth: 2, breakLength: Number.POSITIVE_INFINITY });
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
  } catch {
    return '<cannot be shown>';
  }
}
