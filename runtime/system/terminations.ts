import { defineActor, type LoadedDefinition } from '../actor/definition.js';
import type { ExitReason } from '../actor/exit-reason.js';

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
