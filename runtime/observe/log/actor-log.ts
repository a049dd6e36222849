import { currentTrace } from '../../worker/trace-context.js';
import type { LogFields, Logger, LogLevel } from './logger.js';

/** The parts of a context that say whose line it is. */
export interface LogSource {
  readonly path: string;
  readonly thread: number;
  readonly incarnation: number;
  readonly systemName: string;
}

/** Writes lines of one actor. */
export type ActorLog = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/**
 * A log of one incarnation: each line says the system, the path, thread and incarnation of the actor, and the
 * trace id, and the span, if there is one. Make it in `init` and keep it in the state.
 *
 * @example init: (_args, ctx) => ({ log: actorLog(ctx, consoleLogger()) })
 */
export function actorLog(source: LogSource, logger: Logger): ActorLog {
  const { systemName: system, path: actor, thread, incarnation } = source;
  const write =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      const whose = { ...fields, system, actor, thread, incarnation };
      logger.log(level, message, { ...whose, ...traceFields() });
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function traceFields(): LogFields {
  const { traceId, traceparent } = currentTrace() ?? {};
  if (traceId === undefined) return {};
  return traceparent === undefined ? { traceId } : { traceId, traceparent };
}
