import { existsSync } from 'node:fs';

/** What a thread of piscina is to run: a function by its module and name, and the one argument. */
export interface Launch {
  readonly module: string;
  readonly name: string;
  readonly task: unknown;
}

/** How piscina is told to run an export of a module. */
export interface Launching {
  readonly filename: string;
  readonly name: string;
  /** The task as piscina has to be given it. */
  readonly taskOf: (task: unknown) => unknown;
}

const LAUNCHER = new URL('./launcher.cjs', import.meta.url);

/**
 * By the launcher, so that a kill at any time ends a thread only. In a one-file bundle there is no such
 * file: there piscina loads the module itself.
 */
export function launching(module: string, name: string, launcher = LAUNCHER): Launching {
  if (!existsSync(launcher)) return { filename: module, name, taskOf: (task) => task };
  return {
    filename: launcher.href,
    name: 'default',
    taskOf: (task): Launch => ({ module, name, task }),
  };
}
