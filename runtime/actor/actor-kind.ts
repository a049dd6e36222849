import type { MailboxOptions } from '../mailbox/mailbox-options.js';
import type { LoadedDefinition } from './definition.js';
import type { AnyHandler, HandlerTable } from './handlers.js';
import type { KindMeter } from './kind-meter.js';

/** A handler and the label under which the watchdog finds its message type in shared memory. */
export interface HandlerEntry {
  readonly handler: AnyHandler;
  readonly label: number;
}

/**
 * Handlers with their labels, by message type. Most messages are of the type before them, so the last
 * one found is tried first: comparing a string with itself costs less than hashing it.
 */
export class EntryTable {
  readonly #entries: ReadonlyMap<string, HandlerEntry>;
  #lastType = '';
  #lastEntry: HandlerEntry | undefined;

  constructor(entries: ReadonlyMap<string, HandlerEntry>) {
    this.#entries = entries;
    this.#lastEntry = entries.get('');
  }

  get(type: string): HandlerEntry | undefined {
    return type === this.#lastType ? this.#lastEntry : this.#search(type);
  }

  /** By itself, so that V8 takes the look before it into the turn. */
  #search(type: string): HandlerEntry | undefined {
    const entry = this.#entries.get(type);
    if (entry === undefined) return undefined;
    this.#lastType = type;
    this.#lastEntry = entry;
    return entry;
  }

  /** Message types that are handled. */
  keys(): Iterable<string> {
    return this.#entries.keys();
  }
}

/** A definition as one thread works with it: shared by all actors of that kind on the thread. */
export class ActorKind {
  readonly definition: LoadedDefinition;
  readonly handlers: EntryTable;
  /** Declared only, so that V8 knows it for a small integer: each turn reads it. */
  declare readonly label: number;
  /** Handles what no handler is named for; routers have one. */
  readonly fallback: HandlerEntry | undefined;
  readonly meter: KindMeter | null;
  readonly #behaviors = new Map<string, EntryTable>();

  /**
   * @param label gives each name a number in shared memory
   * @param meter measures every handler; null: handlers stay as they are
   */
  constructor(
    definition: LoadedDefinition,
    label: (name: string) => number,
    meter: KindMeter | null = null,
  ) {
    const measured = (handler: AnyHandler): AnyHandler => meter?.wrap(handler) ?? handler;
    const entries = (table: HandlerTable): EntryTable =>
      new EntryTable(
        new Map(
          [...table].map(([type, handler]) => [
            type,
            { handler: measured(handler), label: label(type) },
          ]),
        ),
      );
    this.definition = definition;
    this.meter = meter;
    this.label = label(definition.name);
    this.handlers = entries(definition.handlers);
    this.fallback =
      definition.otherwise === undefined
        ? undefined
        : { handler: measured(definition.otherwise), label: this.label };
    for (const [name, table] of definition.behaviors) this.#behaviors.set(name, entries(table));
  }

  /** The handlers of a behaviour; `default` are the definition's own. */
  behavior(name: string): EntryTable | undefined {
    return this.#behaviors.get(name) ?? (name === 'default' ? this.handlers : undefined);
  }

  get behaviorNames(): readonly string[] {
    return ['default', ...this.#behaviors.keys()];
  }
}

/** The mailbox options of an item of any actor: see `mailbox/mailbox-options.ts`. */
export type ActorMailboxOptions = MailboxOptions<NonNullable<unknown>>;
