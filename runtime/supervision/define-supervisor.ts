import { ActorContext } from '../actor/actor-context.js';
import { type Definition, defineActor } from '../actor/definition.js';
import type { SpawnOptions, SupervisionOptions } from '../actor/spawn-options.js';
import { checkFields, type OptionNames } from '../base/check-option.js';
import type { Message } from '../ref/protocol.js';
import type { ChildSpec } from './children.js';
import type { SupervisedFamily } from './family.js';

/**
 * A child of a declared supervisor. Restart type `permanent` when left out, as in OTP's child
 * specifications; everything else as in `spawn`.
 */
export function childSpec<M extends Message, A>(
  definition: Definition<M, A>,
  args: NoInfer<A>,
  options: SpawnOptions = {},
): ChildSpec {
  return {
    definition: definition as unknown as Definition<never, never>,
    args,
    options: { restart: 'permanent', ...options },
  };
}

/** What a user writes about a supervisor. */
export interface SupervisorSpec<A> extends SupervisionOptions {
  /** `import.meta.url` of the module that exports the definition, and the name of the export. */
  readonly module: string;
  readonly name: string;
  /** The children, in the order of their start. */
  readonly children: (args: A) => readonly ChildSpec[];
}

const FIELDS: OptionNames<SupervisorSpec<unknown>> = {
  module: true,
  name: true,
  children: true,
  strategy: true,
  intensity: true,
  periodMs: true,
};

/**
 * Defines an actor that does nothing but supervise a list of children (OTP: supervisor behaviour). They
 * start in order, each after the one before it; if one cannot start, those before it are stopped in
 * reverse and the supervisor's own start fails. They stop in reverse order.
 * @throws {TroupeError} ERR_DEFINITION
 */
export function defineSupervisor<A = void>(spec: SupervisorSpec<A>): Definition<never, A> {
  checkFields(String(spec?.name), spec, FIELDS);
  const { module, name, children, strategy, intensity, periodMs } = spec;
  return defineActor<never>()({
    module,
    name,
    init: async (args: A, ctx) => {
      const family = ActorContext.familyOf(ctx as unknown as ActorContext) as SupervisedFamily;
      await family.startDeclared(children(args));
      return null;
    },
    handlers: {},
    supervision: {
      ...(strategy === undefined ? {} : { strategy }),
      ...(intensity === undefined ? {} : { intensity }),
      ...(periodMs === undefined ? {} : { periodMs }),
    },
  });
}
