/** How much a line matters, the least first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line says beside its text: values that JSON can hold, and errors. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where lines of a log go: a port, so that any logger fits in. Must not throw. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** True for a level that matters as much as the least one that is wanted, or more. */
export function matters(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}
