import { checkFields } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';

declare const types: unique symbol;

/** A CPU-bound function, as data: the module and export under which the offload pool finds it. */
export interface JobDefinition<A, T> {
  readonly module: string;
  readonly name: string;
  readonly [types]?: (args: A) => T;
}

/** A job with its code. */
export interface LoadedJob {
  readonly module: string;
  readonly name: string;
  readonly run: (args: unknown) => unknown;
}

/** How one job is run. */
export interface OffloadOptions {
  /** Milliseconds after which its thread is stopped and the call rejects; 30,000 when left out. */
  readonly timeoutMs?: number;
}

const JOB = Symbol.for('troupe.job');

/**
 * Defines a job for `ctx.offload`: `export const Hash = defineJob({ module: import.meta.url, name:
 * 'Hash', run: (text: string) => ... })`.
 * @throws {TroupeError} ERR_DEFINITION
 */
export function defineJob<A, T>(spec: {
  readonly module: string;
  readonly name: string;
  readonly run: (args: A) => T | Promise<T>;
}): JobDefinition<A, T> {
  if (
    typeof spec?.run !== 'function' ||
    typeof spec.name !== 'string' ||
    !URL.canParse(spec.module)
  ) {
    throw new TroupeError('ERR_DEFINITION', {
      what: 'a job needs module, name and run',
      where: String(spec?.name),
      mend: "defineJob({ module: import.meta.url, name: 'Export', run })",
    });
  }
  checkFields(spec.name, spec, { module: true, name: true, run: true });
  const job = { module: spec.module, name: spec.name, run: spec.run };
  Object.defineProperty(job, JOB, { value: true });
  return Object.freeze(job) as unknown as JobDefinition<A, T>;
}

/** The code behind a job, or undefined when the value is none. */
export function asJob(value: unknown): LoadedJob | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, JOB)) return undefined;
  return value as LoadedJob;
}
