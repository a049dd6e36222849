import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** What the command line says. */
export interface Options {
  /** Folder to count; undefined for the installed dependencies. */
  readonly path: string | undefined;
  readonly threads: number;
  readonly budgetBytes: number;
  /** Whether a worker crashes and a thread is killed on the way. */
  readonly withFaults: boolean;
}

/** A mistake of the user: shown without a stack, exit code 2. */
export class UsageError extends Error {}

const DEFAULT_MAX_MB = 256;

export const HELP = `Counts identifiers, words, lines and bytes of source files with a supervised cluster of
actors, then again without, and compares every count.

Usage: npm run example word-count -- [PATH] [options]

  PATH           folder to count; default: the installed dependencies (node_modules)
  --threads N    worker threads, 1 to 64; default: one for each processor
  --max-mb N     input in MB (10^6 bytes) that is taken at most; default: ${DEFAULT_MAX_MB}
  --no-faults    no worker is made to crash and no thread is killed
  -h, --help     this text

Files are taken in the order of their names, those over 2 MiB are skipped. Ctrl-C stops.

Exit code: 0 all counts are equal and all faults were recovered from, 1 not so, 2 wrong usage or
nothing to count, 130 stopped by Ctrl-C.
`;

/** Reads the command line; `help` when that is asked for. @throws {UsageError} */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (positionals.length > 1) throw new UsageError(`one PATH only, got ${positionals.join(' ')}`);
  return {
    path: positionals[0],
    threads: integer('--threads', values.threads, availableParallelism(), 64),
    budgetBytes: integer('--max-mb', values['max-mb'], DEFAULT_MAX_MB, 100_000) * 1e6,
    withFaults: !values['no-faults'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        threads: { type: 'string' },
        'max-mb': { type: 'string' },
        'no-faults': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function integer(
  option: string,
  given: string | undefined,
  otherwise: number,
  most: number,
): number {
  if (given === undefined) return Math.min(otherwise, most);
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= 1 && value <= most) return value;
  throw new UsageError(`${option} is '${given}', not an integer from 1 to ${most}`);
}
