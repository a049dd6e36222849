import type { ActorCell } from '../actor/actor-cell.js';
import { defineActor, type LoadedDefinition } from '../actor/definition.js';
import { type ExitReason, failed, KILLED } from '../actor/exit-reason.js';
import { TroupeError } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import { assertOwn } from '../ref/foreign-ref.js';
import { contextOf } from './guardian.js';

/** Those outside of actors who wait for the end of an actor. @thread main */
export class Terminations {
  /** By the id of the actor. */
  readonly #waiting = new Map<string, ((reason: ExitReason) => void)[]>();
  #isClosed = false;

  /** Has the watcher wait for the end of an actor. @throws {TroupeError} ERR_FOREIGN_REF, as a rejection */
  async of(watcher: ActorCell, actor: AnyRef): Promise<ExitReason> {
    assertOwn(watcher.ref, actor);
    if (this.#isClosed) return failed(goneBefore(actor));
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(actor.id) ?? [];
      waiting.push(resolve);
      this.#waiting.set(actor.id, waiting);
      contextOf(watcher).watch(actor);
    });
  }

  /** An actor has ended. */
  settle(id: string, reason: ExitReason): void {
    const resolvers = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const resolve of resolvers) resolve(reason);
  }

  /** The system has stopped: of those that nothing was heard of, the threads are gone. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#waiting.keys()]) this.settle(id, KILLED);
  }
}

/** As for any actor that was not alive when it was watched. */
function goneBefore(actor: AnyRef): TroupeError {
  return new TroupeError('ERR_NO_SUCH_ACTOR', {
    what: 'the actor ended with its system, or before',
    where: actor.toString(),
  });
}

/** Watches on behalf of code that is no actor. */
export const TerminationWatcher = defineActor<never>()({
  module: import.meta.url,
  name: 'TerminationWatcher',
  init: (terminations: Terminations) => terminations,
  handlers: {},
  terminated: (terminations, { actor, reason }) => terminations.settle(actor.id, reason),
}) as unknown as LoadedDefinition;
