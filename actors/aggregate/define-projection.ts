import { type Context, type Definition, defineActor } from '../../runtime/index.js';
import { closeSource, type JournalSource, openSource } from './journal-source.js';
import { type ProjectionMessage, ProjectionRunner } from './projection-runner.js';
import { type AnyProjectionSpec, checkProjection, type ProjectionSpec } from './projection-spec.js';
import type { DomainEvent } from './recorded-event.js';

declare const types: unique symbol;

/** What the actor of a projection is started with, as data. */
export interface ProjectionArgs {
  readonly journal: JournalSource;
}

/**
 * A read model that follows the events, as data: the module and the export under which any thread finds
 * the code. @typeParam V its values
 */
export interface ProjectionDefinition<V> extends Definition<ProjectionMessage, ProjectionArgs> {
  readonly [types]?: () => V;
}

/**
 * Defines a read model. Called twice, so that events and values are given.
 *
 * ```ts
 * export const Balances = defineProjection<AccountEvent, bigint>()({
 *   module: import.meta.url,
 *   name: 'Balances',
 *   of: [Account],
 *   version: 1,
 *   keys: ({ aggregateId }) => [aggregateId],
 *   apply: (balance = 0n, { event }) => balance + (event.type === 'deposited' ? event.amount : 0n),
 * });
 * ```
 *
 * @throws {TroupeError} ERR_DEFINITION naming the field
 */
export function defineProjection<E extends DomainEvent, V>(): (
  spec: ProjectionSpec<E, V>,
) => ProjectionDefinition<V> {
  return (spec) => {
    const projector = checkProjection(spec as unknown as AnyProjectionSpec);
    const definition = defineActor<ProjectionMessage>()({
      module: spec.module,
      name: spec.name,
      init: async ({ journal: source }: ProjectionArgs, ctx: Context<ProjectionMessage>) => {
        const journal = openSource(source, ctx);
        return { runner: await ProjectionRunner.start(projector, journal, ctx), journal, source };
      },
      handlers: {} as never,
      otherwise: ({ runner }, message, ctx) => runner.receive(message, ctx) as never,
      stopped: ({ runner, journal, source }) => {
        runner.stopped();
        return closeSource(source, journal);
      },
    });
    return definition as never;
  };
}
