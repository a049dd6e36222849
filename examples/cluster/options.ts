import { parseArgs } from 'node:util';

/** What the command line says. */
export interface Options {
  /** How long it is under load. */
  readonly seconds: number;
  /** Port of the service; 0 for any that is free. */
  readonly port: number;
  /** Folder of the data; undefined for one that is removed at the end. */
  readonly folder: string | undefined;
  /** Keep running, without load and faults, for people to try. */
  readonly isServing: boolean;
}

/** What the user can mend: shown without a stack. */
export class UserError extends Error {
  readonly exitCode: number;

  /** @param exitCode 2 for wrong usage, 1 for what stands in the way */
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const DEFAULT_SECONDS = 20;

export const HELP = `A bank and a shop behind an HTTP server: event-sourced accounts and orders, a broker, a cache, a
Raft group, a registry, one supervision tree over all threads. Puts it under load, breaks it in four ways,
stops it, starts it again from disk, and audits what is there.

Usage: npm start -- [options]

  --seconds N    how long it is under load, 1 to 3600; default: ${DEFAULT_SECONDS}
  --port N       port of the service on 127.0.0.1; default: any that is free
  --data FOLDER  where it keeps its data; default: a temporary folder, removed at the end
  --serve        only keeps it running, with the dashboard, and says what can be tried
  -h, --help     this text

Ctrl-C stops it in order; once more, a second later, at once.

Exit code: 0 the audit holds, 1 it does not, or something stands in the way, 2 wrong usage, 130 stopped
by Ctrl-C before the audit.
`;

/** Reads the command line; `help` when that is asked for. @throws {UserError} */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  if (values.data === '') throw new UserError('--data is empty, not a folder', 2);
  return {
    seconds: integer('--seconds', values.seconds, DEFAULT_SECONDS, 1, 3600),
    port: integer('--port', values.port, 0, 0, 65_535),
    folder: values.data,
    isServing: values.serve ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        serve: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n\n--help says what there is`, 2);
  }
}

function integer(
  option: string,
  given: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new UserError(`${option} is '${given}', not an integer from ${least} to ${most}`, 2);
}
