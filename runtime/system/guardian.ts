import type { ActorCell } from '../actor/actor-cell.js';
import type { ActorContext } from '../actor/actor-context.js';
import { defineActor, type LoadedDefinition } from '../actor/definition.js';
import type { SupervisionOptions } from '../actor/spawn-options.js';

/** The root of a tree of actors: it supervises, and does nothing else. */
export function guardianDefinition(supervision: SupervisionOptions): LoadedDefinition {
  return defineActor<never>()({
    module: import.meta.url,
    name: 'Guardian',
    init: () => null,
    handlers: {},
    supervision,
  }) as unknown as LoadedDefinition;
}

/** The context of a guardian, through which the system spawns. */
export function contextOf(guardian: ActorCell): ActorContext {
  return guardian.context!;
}
