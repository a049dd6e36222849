import { checkFields, type OptionNames } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import type { MailboxSettings } from '../mailbox/mailbox-options.js';
import type { Message } from '../ref/protocol.js';
import type { Context } from './context.js';
import type { ExitReason } from './exit-reason.js';
import type { AnyHandler, Handlers, HandlerTable, Outcome } from './handlers.js';
import type { SupervisionOptions } from './spawn-options.js';
import type { TerminatedEvent } from './terminated.js';

declare const types: unique symbol;

/**
 * A kind of actor, as data: the module and the export under which any thread finds the code.
 * @typeParam M protocol
 * @typeParam A arguments of `init`
 */
export interface Definition<M extends Message, A> {
  readonly module: string;
  readonly name: string;
  readonly [types]?: { message: (message: M) => void; args: (args: A) => void };
}

/** What a user writes about a kind of actor. Code and state are apart, as in OTP's gen_server. */
export interface ActorSpec<M extends Message, A, S> {
  /** `import.meta.url` of the module that exports the definition. */
  readonly module: string;
  /** Name of that export. */
  readonly name: string;
  /** Makes the state of a new incarnation. May be async: messages wait until it is done. */
  readonly init: (args: A, ctx: Context<M>) => S | Promise<S>;
  readonly handlers: Handlers<M, NoInfer<S>>;
  /** Other sets of handlers, by name, for `ctx.become(name)`. What one lacks is unhandled there. */
  readonly behaviors?: { readonly [name: string]: Partial<Handlers<M, NoInfer<S>>> };
  /** Takes messages whose type has no handler, for actors that pass on what they do not know. */
  readonly otherwise?: (state: NoInfer<S>, message: M, ctx: Context<M>) => Outcome<unknown>;
  /** A watched actor is gone. Needed by those who `ctx.watch` without a message of their own. */
  readonly terminated?: (
    state: NoInfer<S>,
    event: TerminatedEvent,
    ctx: Context<M>,
  ) => void | Promise<void>;
  /** No message came for the time set by `ctx.setReceiveTimeout`. */
  readonly receiveTimeout?: (state: NoInfer<S>, ctx: Context<M>) => void | Promise<void>;
  /**
   * The incarnation is over, for whatever reason but a kill: release what it holds. Runs after its children
   * have stopped. Called also before a restart.
   */
  readonly stopped?: (
    state: NoInfer<S>,
    reason: ExitReason,
    ctx: Context<M>,
  ) => void | Promise<void>;
  /** How it supervises the actors it spawns. */
  readonly supervision?: SupervisionOptions;
  readonly mailbox?: MailboxSettings;
  /** Most messages in the stash, 0 to 2^30; 1000 when left out. */
  readonly stashCapacity?: number;
  /**
   * `hold` (default): an async handler holds the turn until it settles, one message at a time.
   * `interleave`: the next message is begun while handlers wait; the state may change across an `await`.
   */
  readonly turn?: 'hold' | 'interleave';
}

/** A definition with its code: what a thread works with. */
export interface LoadedDefinition {
  readonly module: string;
  readonly name: string;
  readonly init: (args: unknown, ctx: unknown) => unknown;
  readonly handlers: HandlerTable;
  readonly behaviors: ReadonlyMap<string, HandlerTable>;
  readonly otherwise: AnyHandler | undefined;
  readonly terminated: AnyHandler | undefined;
  readonly receiveTimeout: ((state: unknown, ctx: unknown) => unknown) | undefined;
  readonly stopped: AnyHandler | undefined;
  readonly supervision: SupervisionOptions;
  readonly mailbox: MailboxSettings;
  readonly stashCapacity: number;
  readonly interleaves: boolean;
}

/** Messages that a stash holds unless the definition says otherwise. */
export const DEFAULT_STASH_CAPACITY = 1000;

/** What a user may write about a kind of actor. */
export const SPEC_FIELDS: OptionNames<ActorSpec<Message, never, unknown>> = {
  module: true,
  name: true,
  init: true,
  handlers: true,
  behaviors: true,
  otherwise: true,
  terminated: true,
  receiveTimeout: true,
  stopped: true,
  supervision: true,
  mailbox: true,
  stashCapacity: true,
  turn: true,
};

const SUPERVISION: OptionNames<SupervisionOptions> = {
  strategy: true,
  intensity: true,
  periodMs: true,
};
const MAILBOX: OptionNames<MailboxSettings> = { capacity: true, overflow: true, priority: true };

/** Marks loaded definitions, so that another copy of the package recognizes them. */
const DEFINITION = Symbol.for('troupe.definition');

/**
 * Defines a kind of actor. Called twice, so that the protocol is given and the rest is inferred:
 * `defineActor<CounterMessage>()({ module: import.meta.url, name: 'Counter', init, handlers })`.
 * @throws {TroupeError} ERR_DEFINITION naming the field that is missing, unknown or of the wrong kind
 */
export function defineActor<M extends Message>(
  direct?: never,
): <A, S>(spec: ActorSpec<M, A, S>) => Definition<M, A> {
  if (direct !== undefined) {
    throw malformed('the first argument', direct, 'none there: defineActor<Message>()({ … })');
  }
  return (spec) => loadSpec(spec as unknown as ActorSpec<Message, never, unknown>) as never;
}

/** The code behind a definition, or undefined when the value is none. */
export function asLoaded(value: unknown): LoadedDefinition | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, DEFINITION)) {
    return undefined;
  }
  return value as LoadedDefinition;
}

function loadSpec(spec: ActorSpec<Message, never, unknown>): LoadedDefinition {
  checkSpec(spec);
  const behaviors = new Map<string, HandlerTable>();
  for (const [name, handlers] of Object.entries(spec.behaviors ?? {})) {
    behaviors.set(name, handlerTable(handlers, `${spec.name}.behaviors.${name}`));
  }
  const loaded: LoadedDefinition = {
    module: spec.module,
    name: spec.name,
    init: spec.init as LoadedDefinition['init'],
    handlers: handlerTable(spec.handlers, `${spec.name}.handlers`),
    behaviors,
    otherwise: spec.otherwise as AnyHandler | undefined,
    terminated: spec.terminated as AnyHandler | undefined,
    receiveTimeout: spec.receiveTimeout as LoadedDefinition['receiveTimeout'],
    stopped: spec.stopped as AnyHandler | undefined,
    supervision: spec.supervision ?? {},
    mailbox: spec.mailbox ?? {},
    stashCapacity: spec.stashCapacity ?? DEFAULT_STASH_CAPACITY,
    interleaves: spec.turn === 'interleave',
  };
  Object.defineProperty(loaded, DEFINITION, { value: true });
  return Object.freeze(loaded);
}

function checkSpec(spec: ActorSpec<Message, never, unknown>): void {
  if (typeof spec !== 'object' || spec === null)
    throw malformed('the definition', spec, 'an object');
  const where = typeof spec.name === 'string' ? spec.name : 'defineActor';
  if (typeof spec.name !== 'string' || spec.name === '') {
    throw malformed('name', spec.name, 'the name of the export', where);
  }
  if (typeof spec.module !== 'string' || !URL.canParse(spec.module)) {
    throw malformed('module', spec.module, 'import.meta.url', where);
  }
  if (typeof spec.init !== 'function') throw malformed('init', spec.init, 'a function', where);
  checkFields(where, spec, SPEC_FIELDS);
  if (spec.supervision !== undefined) {
    checkFields(`${where}.supervision`, spec.supervision, SUPERVISION);
  }
  if (spec.mailbox !== undefined) checkFields(`${where}.mailbox`, spec.mailbox, MAILBOX);
  for (const key of ['otherwise', 'terminated', 'receiveTimeout', 'stopped'] as const) {
    if (spec[key] !== undefined && typeof spec[key] !== 'function') {
      throw malformed(key, spec[key], 'a function', where);
    }
  }
  if (spec.turn !== undefined && spec.turn !== 'hold' && spec.turn !== 'interleave') {
    throw malformed('turn', spec.turn, "'hold' or 'interleave'", where);
  }
  const stash = spec.stashCapacity;
  if (stash !== undefined && !(Number.isInteger(stash) && stash >= 0 && stash <= 2 ** 30)) {
    throw malformed('stashCapacity', stash, 'an integer from 0 to 2^30', where);
  }
}

function handlerTable(handlers: unknown, where: string): HandlerTable {
  if (typeof handlers !== 'object' || handlers === null) {
    throw malformed('handlers', handlers, 'an object of functions', where);
  }
  const table = new Map<string, AnyHandler>();
  for (const [type, handler] of Object.entries(handlers)) {
    if (typeof handler !== 'function') throw malformed(type, handler, 'a function', where);
    table.set(type, (handler as AnyHandler).bind(handlers));
  }
  return table;
}

function malformed(field: string, value: unknown, expected: string, where?: string): TroupeError {
  return new TroupeError('ERR_DEFINITION', {
    what: `${field} is ${typeof value === 'string' ? `'${value}'` : typeof value}`,
    ...(where === undefined ? {} : { where }),
    mend: `give ${expected}`,
  });
}
