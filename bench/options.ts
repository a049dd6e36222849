import { parseArgs } from 'node:util';
import { FLOOR_NAMES, FLOORS, floorName } from './floors/floors.js';
import { BENCH_NAMES } from './registry.js';

/** Benches are run, and their figures printed as they come. */
export interface RunCommand {
  readonly kind: 'run';
  readonly names: readonly string[];
  /** Standard output holds JSON lines and nothing else. */
  readonly json: boolean;
  /** Measured rounds of each subject, at least 1. */
  readonly runs: number;
  readonly smoke: boolean;
  /** The libraries of `peers/` take part. */
  readonly peers: boolean;
  /** The table of floors is printed in the end. */
  readonly floors: boolean;
  /** Where to write a report in the end, or undefined for none. */
  readonly report: ReportTarget | undefined;
}

/** A report is made of a file of results. */
export interface RenderCommand {
  readonly kind: 'render';
  readonly from: string;
  readonly report: ReportTarget;
}

/** Two files of results are compared. */
export interface CompareCommand {
  readonly kind: 'compare';
  readonly before: string;
  readonly after: string;
}

/** The usage is printed. */
export interface HelpCommand {
  readonly kind: 'help';
}

/** What the command line asked for. */
export type BenchCommand = RunCommand | RenderCommand | CompareCommand | HelpCommand;

export interface ReportTarget {
  /** Folder of the report; undefined for `bench/results`. */
  readonly out: string | undefined;
  /** File of figures that peers in other languages reached on this machine. */
  readonly anchors: string | undefined;
}

export const USAGE = `usage: npm run bench -- [NAME...] [--json] [--runs N] [--smoke] [--peers] [--floors] [--report]
       npm run bench -- --report --from FILE
       npm run bench -- --compare OLD.json NEW.json
  NAME       ${BENCH_NAMES.join(' ')}
             all of them when left out
  --json     one JSON object a line, nothing else, on standard output
  --runs     measured rounds of each subject; 5
  --smoke    one round of a little work: shows that all benches run, measures nothing
  --peers    nact, XState, comedy, eventemitter3, lru-cache and ioredis take part where they can
  --floors   those benches that have a floor beside it, and a table of how close they are
  --report   writes latest.json, latest.md, marks.md and plots to bench/results
  --out      writes them to this folder instead
  --from     makes the report of this file of results, runs nothing
  --anchors  file of figures of other runtimes on this machine: [{ bench, peer, value, unit }]
  --compare  what has become slower or faster beyond noise; exit code 1 when something is slower
  --help     this text`;

const DEFAULT_RUNS = 5;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  runs: { type: 'string' },
  smoke: { type: 'boolean', default: false },
  peers: { type: 'boolean', default: false },
  floors: { type: 'boolean', default: false },
  report: { type: 'boolean', default: false },
  out: { type: 'string' },
  from: { type: 'string' },
  anchors: { type: 'string' },
  compare: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
}

type Values = ReturnType<typeof parse>['values'];

/**
 * Reads the command line.
 * @throws {Error} for a name or an option that does not exist, and for options that exclude each other
 */
export function parseOptions(args: readonly string[]): BenchCommand {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.compare) return compareCommand(values, positionals);
  if (values.from !== undefined) return renderCommand(values.from, values, positionals);
  return runCommand(values, positionals);
}

function compareCommand(values: Values, files: readonly string[]): CompareCommand {
  refuseOthers('--compare', values, ['compare']);
  const [before, after, more] = files;
  if (before === undefined || after === undefined || more !== undefined) {
    throw new Error('--compare takes two files, the old one first');
  }
  return { kind: 'compare', before, after };
}

function renderCommand(from: string, values: Values, names: readonly string[]): RenderCommand {
  refuseOthers('--from', values, ['from', 'report', 'out', 'anchors']);
  if (names.length > 0) throw new Error(`--from runs nothing, so not ${names.join(', ')}`);
  return { kind: 'render', from, report: { out: values.out, anchors: values.anchors } };
}

function runCommand(values: Values, positionals: readonly string[]): RunCommand {
  const unknown = positionals.filter((name) => !BENCH_NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`no bench is called ${unknown.join(', ')}`);
  const runs = Number(values.runs ?? (values.smoke ? 1 : DEFAULT_RUNS));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: not a count`);
  const { json, smoke, peers, floors, out, anchors } = values;
  if (!values.report && (out ?? anchors) !== undefined) {
    throw new Error('--out and --anchors are for --report');
  }
  const report = values.report ? { out, anchors } : undefined;
  const named = floors ? positionals.map(withFloor) : positionals;
  const names = named.length > 0 ? named : floors ? FLOOR_NAMES : BENCH_NAMES;
  return { kind: 'run', names, json, runs, smoke, peers, floors, report };
}

/** With `--floors` a bench that has a floor is measured beside it. */
function withFloor(name: string): string {
  return Object.hasOwn(FLOORS, name) ? floorName(name) : name;
}

function refuseOthers(option: string, values: Values, allowed: readonly (keyof Values)[]): void {
  for (const [name, value] of Object.entries(values)) {
    const isGiven = value !== undefined && value !== false;
    if (isGiven && !allowed.includes(name as keyof Values)) {
      throw new Error(`--${name} does not go with ${option}`);
    }
  }
}
