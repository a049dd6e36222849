import type { Logger, LogLevel } from './logger.js';

/** An event stream, as far as a log listens to it. */
export interface LoggedEvents {
  on(event: never, listener: (payload: never) => void): unknown;
  off(event: never, listener: (payload: never) => void): unknown;
}

/** Level and text of each event that is logged. */
const LINES: Readonly<Record<string, readonly [LogLevel, string]>> = {
  'actor-failed': ['error', 'an actor failed'],
  'actor-restarted': ['info', 'an actor was restarted'],
  'thread-died': ['error', 'a thread died'],
  'thread-replaced': ['warn', 'a thread was replaced'],
  'thread-blocked': ['warn', 'a handler blocks its thread'],
  'damaged-record': ['error', 'a record could not be read'],
  'dead-letter': ['warn', 'a message became a dead letter'],
};

/**
 * Writes what supervision does, and dead letters as far as they are reported, to a log: the payload of each
 * event as fields.
 * @param events `system.events`
 * @returns a function that ends it
 */
export function logEvents(events: LoggedEvents, logger: Logger): () => void {
  const listeners = Object.entries(LINES).map(([name, [level, text]]) => {
    const listener = (payload: object): void => logger.log(level, text, { ...payload });
    return [name as never, listener as (payload: never) => void] as const;
  });
  for (const [name, listener] of listeners) events.on(name, listener);
  return () => {
    for (const [name, listener] of listeners) events.off(name, listener);
  };
}
