import { TroupeError } from '../base/errors.js';
import { Stash } from '../mailbox/stash.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import { AskEnvelope } from '../ref/envelope.js';
import { assertOwn } from '../ref/foreign-ref.js';
import type { AskOptions } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import type { ActorCell } from './actor-cell.js';
import { contextOver, describe } from './cell-errors.js';
import type { CellHost, Family } from './cell-host.js';
import { end } from './cell-lifecycle.js';
import { setReceiveTimeout, startTimer } from './cell-timers.js';
import type { Context } from './context.js';
import type { Definition } from './definition.js';
import { NORMAL } from './exit-reason.js';
import { Hand } from './hand.js';
import { NO_REPLY, type NoReply } from './handlers.js';
import type { JobDefinition, OffloadOptions } from './job.js';
import { CellStatus } from './lifecycle.js';
import { Readiness } from './readiness.js';
import { Requester } from './requester.js';
import { wantsRestart } from './restart-type.js';
import type { SpawnOptions } from './spawn-options.js';
import { link, unlink, unwatch, watch } from './watching.js';

/** The context of one incarnation: see the interface for what each function promises. */
export class ActorContext implements Context<Message> {
  #cell: ActorCell | null;

  constructor(cell: ActorCell) {
    this.#cell = cell;
  }

  /** The cell while the incarnation lives. */
  static cellOf(context: ActorContext): ActorCell | null {
    return context.#cell;
  }

  /** The children of this actor, as the supervisor layer knows them. */
  static familyOf(context: ActorContext): Family {
    const cell = context.#live;
    const extras = cell.openExtras();
    extras.family ??= cell.host.createFamily(cell, cell.kind!.definition);
    return extras.family;
  }

  /** The thread under this actor, for actors of the runtime's own. */
  static hostOf(context: ActorContext): CellHost {
    return context.#live.host;
  }

  /** Hands the message in hand to several actors; the first answer of an ask counts. */
  static forwardToAll(context: ActorContext, refs: readonly ActorRef<Message>[]): NoReply {
    const item = context.#takeHand('forward');
    for (const ref of refs) context.#live.host.forward(ref, item);
    return NO_REPLY;
  }

  /** The incarnation is over: from now on every function throws. */
  static close(context: ActorContext): void {
    context.#cell = null;
  }

  get #live(): ActorCell {
    if (this.#cell === null) {
      throw contextOver(
        'the incarnation of this context is over',
        'keep no context in timers of your own or after the actor has stopped; use ctx.startTimer',
      );
    }
    return this.#cell;
  }

  /** The cell, for what it does to an actor of its own system. */
  #owner(actor: AnyRef): ActorCell {
    const cell = this.#live;
    assertOwn(cell.ref, actor);
    return cell;
  }

  get self(): ActorRef<Message> {
    return this.#live.ref;
  }

  get parent(): AnyRef | undefined {
    return this.#live.parent ?? undefined;
  }

  get path(): string {
    return this.#live.ref.path ?? `/#${this.#live.ref.id}`;
  }

  get incarnation(): number {
    return this.#live.incarnation;
  }

  get thread(): number {
    return this.#live.host.thread;
  }

  get systemName(): string {
    return this.#live.host.systemName;
  }

  get signal(): AbortSignal {
    const cell = this.#live;
    const extras = cell.openExtras();
    if (extras.abort === null) {
      extras.abort = new AbortController();
      if (cell.status === CellStatus.ENDING) extras.abort.abort();
    }
    return extras.abort.signal;
  }

  now(): number {
    return this.#live.host.clock.now();
  }

  random(): number {
    return this.#live.host.random.next();
  }

  spawn(definition: Definition<never, never>, args: unknown, options: SpawnOptions = {}): never {
    const cell = this.#live;
    if (cell.status === CellStatus.ENDING) {
      throw contextOver('an actor that is ending spawns no children', 'spawn before ctx.stop()');
    }
    return ActorContext.familyOf(this).spawn(definition, args, options) as never;
  }

  started(child: AnyRef): Promise<void> {
    const { family } = this.#owner(child);
    if (family === null) throw notAChild(child);
    return family.started(child);
  }

  get children(): readonly AnyRef[] {
    return this.#live.family?.refs ?? [];
  }

  child(name: string): AnyRef | undefined {
    return this.#live.family?.byName(name);
  }

  stop(): void {
    const cell = this.#live;
    if (cell.status === CellStatus.ENDING) return;
    // The turn in hand goes on: the end that is begun here waits for it.
    const inHand = cell.readiness === Readiness.RUNNING && !cell.open;
    if (inHand) cell.open = true;
    end(cell, NORMAL, !wantsRestart(cell.recipe.restart, NORMAL));
    if (inHand) cell.open = false;
  }

  stopChild(child: AnyRef): void {
    const { family } = this.#owner(child);
    if (family === null) throw notAChild(child);
    family.stopChild(child);
  }

  ask(ref: never, message: unknown, options?: AskOptions): Promise<never> {
    const cell = this.#owner(ref);
    return cell.host.ask(ref, message, options, cell) as Promise<never>;
  }

  forward(to: never, message?: Message): NoReply {
    const ref = to as ActorRef<Message>;
    const cell = this.#owner(ref);
    const item = this.#takeHand('forward');
    const passed =
      message === undefined
        ? item
        : item instanceof AskEnvelope
          ? new AskEnvelope(message, item.replyTo)
          : message;
    try {
      cell.host.forward(ref, passed);
    } catch (error) {
      // It cannot be sent: it is in hand again, and its asker is told of the failure.
      cell.taken = Hand.FREE;
      throw error;
    }
    return NO_REPLY;
  }

  requester(): Requester<never> {
    const item = this.#live.hand;
    if (!(item instanceof AskEnvelope)) {
      throw contextOver(
        'the message in hand was not asked',
        'take the requester in the handler of a request',
      );
    }
    this.#takeHand('requester');
    return new Requester(this.#live.host, item.replyTo);
  }

  #takeHand(what: string): unknown {
    const cell = this.#live;
    if (cell.hand === null) {
      throw contextOver(
        `ctx.${what}() with no message in hand`,
        'call it in a handler; in an interleaving actor before the first await',
      );
    }
    if (cell.taken !== Hand.FREE) {
      throw contextOver(`ctx.${what}() for a message already handed on`, 'hand a message on once');
    }
    cell.taken = what === 'requester' ? Hand.KEPT : Hand.PASSED;
    return cell.hand;
  }

  become(behavior: string): void {
    const cell = this.#live;
    const table = cell.kind?.behavior(behavior);
    if (table === undefined) {
      throw new TroupeError('ERR_OPTION', {
        what: `no behaviour '${String(behavior)}'`,
        where: describe(cell),
        mend: `use one of: ${cell.kind?.behaviorNames.join(', ')}`,
      });
    }
    cell.openExtras().table = table;
  }

  stash(): NoReply {
    const cell = this.#live;
    const extras = cell.openExtras();
    const { stashCapacity } = cell.kind!.definition;
    extras.stash ??= new Stash(stashCapacity);
    if (cell.hand !== null && cell.taken === Hand.FREE && extras.stash.length >= stashCapacity) {
      throw new TroupeError('ERR_STASH_FULL', {
        what: `the stash holds ${stashCapacity} messages`,
        where: describe(cell),
        mend: 'unstash in time, or raise stashCapacity in the definition',
      });
    }
    extras.stash.put(this.#takeHand('stash') as NonNullable<unknown>);
    cell.host.stashed(cell, 1);
    return NO_REPLY;
  }

  unstashAll(): void {
    const cell = this.#live;
    const items = cell.extras?.stash?.takeAll() ?? [];
    if (items.length === 0) return;
    cell.mailbox.prepend(items);
    cell.wake();
  }

  watch(actor: AnyRef, message?: unknown): void {
    watch(this.#owner(actor), actor, message);
  }

  unwatch(actor: AnyRef): void {
    unwatch(this.#owner(actor), actor);
  }

  link(actor: AnyRef): void {
    link(this.#owner(actor), actor);
  }

  unlink(actor: AnyRef): void {
    unlink(this.#owner(actor), actor);
  }

  startTimer(key: string, delayMs: number, message: unknown): void {
    startTimer(this.#live, key, delayMs, message, false);
  }

  startInterval(key: string, intervalMs: number, message: unknown): void {
    startTimer(this.#live, key, intervalMs, message, true);
  }

  cancelTimer(key: string): void {
    this.#live.extras?.timers?.cancel(key);
  }

  setReceiveTimeout(timeoutMs: number | undefined): void {
    setReceiveTimeout(this.#live, timeoutMs);
  }

  offload(
    job: JobDefinition<never, unknown>,
    args: unknown,
    options?: OffloadOptions,
  ): Promise<never> {
    return this.#live.host.offload(job, args, options) as Promise<never>;
  }

  publish(name: string, payload: unknown): void {
    const cell = this.#live;
    cell.host.publish(`user:${name}`, payload);
  }
}

function notAChild(child: AnyRef): TroupeError {
  return contextOver(
    `${child.path ?? child.id} is no child of this actor`,
    'give a ref that ctx.spawn returned',
  );
}
