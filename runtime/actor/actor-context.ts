import { TroupeError } from '../base/errors.js';
import { Stash } from '../mailbox/stash.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import { AskEnvelope } from '../ref/envelope.js';
import type { AskOptions } from '../ref/host.js';
import type { Message } from '../ref/protocol.js';
import type { ActorCell } from './actor-cell.js';
import { contextOver, describe } from './cell-errors.js';
import type { CellHost, Family } from './cell-host.js';
import { end, endWithTurn } from './cell-lifecycle.js';
import { setReceiveTimeout, startTimer } from './cell-timers.js';
import type { Context } from './context.js';
import type { Definition } from './definition.js';
import { NORMAL } from './exit-reason.js';
import { Hand } from './hand.js';
import { NO_REPLY, type NoReply } from './handlers.js';
import type { JobDefinition, OffloadOptions } from './job.js';
import { CellStatus } from './lifecycle.js';
import { link, unlink } from './linking.js';
import { live, ownerOf, takeHand } from './live.js';
import { Readiness } from './readiness.js';
import { Requester } from './requester.js';
import { restartsNormal } from './restart-type.js';
import type { SpawnOptions } from './spawn-options.js';
import { unwatch, watch } from './watching.js';

// Taken out of their tables once: V8 folds a constant of this module, but looks up an imported one at each use.
const { ENDING } = CellStatus;
const { RUNNING } = Readiness;

/**
 * The context of one incarnation: see the interface for what each function promises. Every idle actor has one, so
 * it is one word and has no private methods, which V8 marks in each object.
 */
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
    const cell = live(context.#cell);
    const extras = cell.openExtras();
    extras.family ??= cell.host.createFamily(cell, cell.kind!.definition);
    return extras.family;
  }

  /** The thread under this actor, for actors of the runtime's own. */
  static hostOf(context: ActorContext): CellHost {
    return live(context.#cell).host;
  }

  /** Hands the message in hand to several actors; the first answer of an ask counts. */
  static forwardToAll(context: ActorContext, refs: readonly ActorRef<Message>[]): NoReply {
    const item = takeHand(live(context.#cell), 'forward');
    for (const ref of refs) live(context.#cell).host.forward(ref, item);
    return NO_REPLY;
  }

  /** The incarnation is over: from now on every function throws. */
  static close(context: ActorContext): void {
    context.#cell = null;
  }

  get self(): ActorRef<Message> {
    return live(this.#cell).ref;
  }

  get parent(): AnyRef | undefined {
    return live(this.#cell).parent ?? undefined;
  }

  get path(): string {
    return live(this.#cell).ref.path ?? `/#${live(this.#cell).ref.id}`;
  }

  get incarnation(): number {
    return live(this.#cell).incarnation;
  }

  get thread(): number {
    return live(this.#cell).host.thread;
  }

  get systemName(): string {
    return live(this.#cell).host.systemName;
  }

  get signal(): AbortSignal {
    const cell = live(this.#cell);
    const extras = cell.openExtras();
    if (extras.abort === null) {
      extras.abort = new AbortController();
      if (cell.status === ENDING) extras.abort.abort();
    }
    return extras.abort.signal;
  }

  now(): number {
    return live(this.#cell).host.clock.now();
  }

  random(): number {
    return live(this.#cell).host.random.next();
  }

  spawn(definition: Definition<never, never>, args: unknown, options: SpawnOptions = {}): never {
    const cell = live(this.#cell);
    if (cell.status === ENDING) {
      throw contextOver('an actor that is ending spawns no children', 'spawn before ctx.stop()');
    }
    return ActorContext.familyOf(this).spawn(definition, args, options) as never;
  }

  started(child: AnyRef): Promise<void> {
    const { family } = ownerOf(this.#cell, child);
    if (family === null) throw notAChild(child);
    return family.started(child);
  }

  get children(): readonly AnyRef[] {
    return live(this.#cell).family?.refs ?? [];
  }

  child(name: string): AnyRef | undefined {
    return live(this.#cell).family?.byName(name);
  }

  stop(): void {
    const cell = live(this.#cell);
    if (cell.status === ENDING) return;
    // The turn in hand goes on: the end that is begun here waits for it.
    const inHand = cell.readiness === RUNNING && !cell.open;
    const isFinal = !restartsNormal(cell.recipe.restart);
    if (inHand && isFinal && cell.extras === null) {
      endWithTurn(cell);
      return;
    }
    if (inHand) cell.open = true;
    end(cell, NORMAL, isFinal);
    if (inHand) cell.open = false;
  }

  stopChild(child: AnyRef): void {
    const { family } = ownerOf(this.#cell, child);
    if (family === null) throw notAChild(child);
    family.stopChild(child);
  }

  ask(ref: never, message: unknown, options?: AskOptions): Promise<never> {
    const cell = ownerOf(this.#cell, ref);
    return cell.host.ask(ref, message, options, cell) as Promise<never>;
  }

  forward(to: never, message?: Message): NoReply {
    const ref = to as ActorRef<Message>;
    const cell = ownerOf(this.#cell, ref);
    const item = takeHand(live(this.#cell), 'forward');
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
    const cell = live(this.#cell);
    const item = cell.hand;
    if (!(item instanceof AskEnvelope)) {
      throw contextOver(
        'the message in hand was not asked',
        'take the requester in the handler of a request',
      );
    }
    takeHand(cell, 'requester');
    return new Requester(cell.host, item.replyTo);
  }

  become(behavior: string): void {
    const cell = live(this.#cell);
    const table = cell.kind?.behavior(behavior);
    if (table === undefined) {
      throw new TroupeError('ERR_OPTION', {
        what: `no behaviour '${String(behavior)}'`,
        where: describe(cell),
        mend: `use one of: ${cell.kind?.behaviorNames.join(', ')}`,
      });
    }
    cell.table = table;
  }

  stash(): NoReply {
    const cell = live(this.#cell);
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
    extras.stash.put(takeHand(live(this.#cell), 'stash') as NonNullable<unknown>);
    cell.host.stashed(cell, 1);
    return NO_REPLY;
  }

  unstashAll(): void {
    const cell = live(this.#cell);
    const items = cell.extras?.stash?.takeAll() ?? [];
    if (items.length === 0) return;
    cell.mailbox.prepend(items);
    cell.wake();
  }

  watch(actor: AnyRef, message?: unknown): void {
    watch(ownerOf(this.#cell, actor), actor, message);
  }

  unwatch(actor: AnyRef): void {
    unwatch(ownerOf(this.#cell, actor), actor);
  }

  link(actor: AnyRef): void {
    link(ownerOf(this.#cell, actor), actor);
  }

  unlink(actor: AnyRef): void {
    unlink(ownerOf(this.#cell, actor), actor);
  }

  startTimer(key: string, delayMs: number, message: unknown): void {
    startTimer(live(this.#cell), key, delayMs, message, false);
  }

  startInterval(key: string, intervalMs: number, message: unknown): void {
    startTimer(live(this.#cell), key, intervalMs, message, true);
  }

  cancelTimer(key: string): void {
    live(this.#cell).extras?.timers?.cancel(key);
  }

  setReceiveTimeout(timeoutMs: number | undefined): void {
    setReceiveTimeout(live(this.#cell), timeoutMs);
  }

  offload(
    job: JobDefinition<never, unknown>,
    args: unknown,
    options?: OffloadOptions,
  ): Promise<never> {
    return live(this.#cell).host.offload(job, args, options) as Promise<never>;
  }

  publish(name: string, payload: unknown): void {
    const cell = live(this.#cell);
    cell.host.publish(`user:${name}`, payload);
  }
}

function notAChild(child: AnyRef): TroupeError {
  return contextOver(
    `${child.path ?? child.id} is no child of this actor`,
    'give a ref that ctx.spawn returned',
  );
}
