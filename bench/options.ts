import { parseArgs } from 'node:util';
import { BENCH_NAMES } from './registry.js';

/** What the command line asked for. */
export interface BenchOptions {
  readonly names: readonly string[];
  /** Standard output holds JSON lines and nothing else. */
  readonly json: boolean;
  /** Measured rounds of each subject, at least 1. */
  readonly runs: number;
  readonly smoke: boolean;
}

export const USAGE = `usage: npm run bench -- [NAME...] [--json] [--runs N] [--smoke]
  NAME     ${BENCH_NAMES.join(' ')}
           all of them when left out
  --json   one JSON object a line, nothing else, on standard output
  --runs   measured rounds of each subject; 5
  --smoke  one round of a little work: shows that all benches run, measures nothing`;

const DEFAULT_RUNS = 5;

/**
 * Reads the command line.
 * @throws {Error} for a name or an option that does not exist
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      runs: { type: 'string' },
      smoke: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !BENCH_NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`no bench is called ${unknown.join(', ')}`);
  const runs = Number(values.runs ?? (values.smoke ? 1 : DEFAULT_RUNS));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: not a count`);
  const names = positionals.length > 0 ? positionals : BENCH_NAMES;
  return { names, json: values.json, runs, smoke: values.smoke };
}
