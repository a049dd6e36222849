import type { ActorCell } from '../actor/actor-cell.js';
import { defineActor, type LoadedDefinition } from '../actor/definition.js';
import type { ExitReason } from '../actor/exit-reason.js';
import type { AnyRef } from '../ref/actor-ref.js';
import { assertOwn } from '../ref/foreign-ref.js';
import { contextOf } from './guardian.js';

/** Those outside of actors who wait for the end of an actor, by the id of its reference. */
export type Terminations = Map<string, ((reason: ExitReason) => void)[]>;

/** Watches on behalf of code that is no actor. */
export const TerminationWatcher = defineActor<never>()({
  module: import.meta.url,
  name: 'TerminationWatcher',
  init: (waiting: Terminations) => waiting,
  handlers: {},
  terminated: (waiting, { actor, reason }) => {
    const resolvers = waiting.get(actor.id) ?? [];
    waiting.delete(actor.id);
    for (const resolve of resolvers) resolve(reason);
  },
}) as unknown as LoadedDefinition;

/** Has the watcher wait for the end of an actor. Rejects for a reference of another system. */
export function terminationOf(
  watcher: ActorCell,
  terminations: Terminations,
  actor: AnyRef,
): Promise<ExitReason> {
  return new Promise((resolve) => {
    assertOwn(watcher.ref, actor);
    const waiting = terminations.get(actor.id) ?? [];
    waiting.push(resolve);
    terminations.set(actor.id, waiting);
    contextOf(watcher).watch(actor);
  });
}
