import { checkNames } from '../../base/check-option.js';
import { type LogFields, type Logger, type LogLevel, matters } from './logger.js';

/** How a console logger writes. Every field has a default. */
export interface ConsoleLoggerOptions {
  /** The least level that is written; `info`. */
  readonly level?: LogLevel;
  /** Takes each line, without its end; standard error when left out. */
  readonly write?: (line: string) => void;
  /** The moment of a line in milliseconds since 1970; the time of day of the machine when left out. */
  readonly timeMs?: () => number;
}

/** Writes each line as one JSON object: `time`, `level`, `message`, then the fields. */
export function consoleLogger(options: ConsoleLoggerOptions = {}): Logger {
  checkNames('consoleLogger', options, { level: true, write: true, timeMs: true });
  const { level: least = 'info', timeMs = Date.now } = options;
  const write = options.write ?? ((line: string) => void process.stderr.write(`${line}\n`));
  return {
    log(level, message, fields) {
      if (matters(level, least)) write(lineOf(timeMs(), level, message, fields));
    },
  };
}

function lineOf(
  timeMs: number,
  level: LogLevel,
  message: string,
  fields: LogFields | undefined,
): string {
  const head = { time: new Date(timeMs).toISOString(), level, message };
  try {
    return JSON.stringify({ ...fields, ...head }, plain);
  } catch (error) {
    // Fields with a cycle: the line must not be lost for them.
    return JSON.stringify({ ...head, unwritable: String(error) });
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const { code } = value as { code?: unknown };
  return { name, message, code, stack, cause };
}
