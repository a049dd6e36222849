import type { MailboxOptions } from '../mailbox/mailbox-options.js';
import type { LoadedDefinition } from './definition.js';
import type { AnyHandler, HandlerTable } from './handlers.js';

/** A handler and the label under which the watchdog finds its message type in shared memory. */
export interface HandlerEntry {
  readonly handler: AnyHandler;
  readonly label: number;
}

/** Handlers with their labels, by message type. */
export type EntryTable = ReadonlyMap<string, HandlerEntry>;

/** A definition as one thread works with it: shared by all actors of that kind on the thread. */
export class ActorKind {
  readonly definition: LoadedDefinition;
  readonly handlers: EntryTable;
  readonly label: number;
  /** Handles what no handler is named for; routers have one. */
  readonly fallback: HandlerEntry | undefined;
  readonly #behaviors = new Map<string, EntryTable>();

  /** @param label gives each name a number in shared memory */
  constructor(definition: LoadedDefinition, label: (name: string) => number) {
    const entries = (table: HandlerTable): EntryTable =>
      new Map([...table].map(([type, handler]) => [type, { handler, label: label(type) }]));
    this.definition = definition;
    this.label = label(definition.name);
    this.handlers = entries(definition.handlers);
    this.fallback =
      definition.otherwise === undefined
        ? undefined
        : { handler: definition.otherwise, label: this.label };
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
