import { type ResultLine, toJson } from '../output.js';

/** The machine that measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
}

/** Where and of what the figures of a run are. */
export interface RunFacts {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Hash of the commit, with `+` when files were changed since; undefined outside of a repository. */
  readonly commit: string | undefined;
  readonly node: string;
  readonly machine: Machine;
  /** Measured rounds of each subject. */
  readonly rounds: number;
  readonly smoke: boolean;
  readonly peers: boolean;
  /** Benches that failed, of which figures may be missing. */
  readonly failed: readonly string[];
}

/** A file of results: all lines of a run, and where they are from. */
export interface ResultFile extends RunFacts {
  readonly lines: readonly ResultLine[];
}

/** The file as JSON, one result a line, so that a change of it can be read. */
export function formatResultFile(file: ResultFile): string {
  const { lines, ...facts } = file;
  const head = JSON.stringify(facts, undefined, 2).slice(0, -2);
  const body = lines.map((line) => `    ${toJson(line)}`).join(',\n');
  return `${head},\n  "lines": [\n${body}\n  ]\n}\n`;
}

/**
 * Reads a file of results.
 * @param name names the file in errors
 * @throws {Error} when it is not one
 */
export function parseResultFile(text: string, name: string): ResultFile {
  const file = parseJson(text, name) as Partial<ResultFile> | null;
  const machine = file?.machine;
  const isFile =
    file !== null &&
    typeof file === 'object' &&
    typeof file.date === 'string' &&
    typeof file.node === 'string' &&
    typeof file.rounds === 'number' &&
    typeof machine?.cpu === 'string' &&
    typeof machine.cores === 'number' &&
    typeof machine.memoryBytes === 'number' &&
    Array.isArray(file.failed) &&
    Array.isArray(file.lines);
  if (!isFile) throw new Error(`${name}: not a file of results, see --report`);
  const wrong = file.lines!.findIndex((line) => !isLine(line));
  if (wrong >= 0) throw new Error(`${name}: lines[${wrong}] is not a result`);
  return file as ResultFile;
}

/** @throws {Error} that names the file when the text is not JSON */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

function isLine(line: unknown): line is ResultLine {
  if (line === null || typeof line !== 'object') return false;
  const { bench, subject, unit, value, min, max, rounds } = line as Partial<ResultLine>;
  return (
    [bench, subject, unit].every((field) => typeof field === 'string') &&
    [value, min, max, rounds].every((field) => Number.isFinite(field))
  );
}
