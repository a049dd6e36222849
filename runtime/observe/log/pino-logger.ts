import type { Logger, LogLevel } from './logger.js';

/** What is needed of a pino logger; anything of this shape will do. */
export type PinoLike = Readonly<
  Record<LogLevel, (fields: Record<string, unknown>, message: string) => void>
>;

/** Writes through a pino logger: the package itself is not needed here. Errors stand under `err`, as pino expects. */
export function pinoLogger(pino: PinoLike): Logger {
  return {
    log(level, message, fields = {}) {
      const { error, ...rest } = fields;
      pino[level](error === undefined ? rest : { ...rest, err: error }, message);
    },
  };
}
