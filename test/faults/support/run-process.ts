import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { limited } from '../../contract/fixtures-b/kit.js';
import { scaled } from './scale.js';

/** What became of a process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Lines of standard output that are JSON. */
  readonly said: readonly Record<string, unknown>[];
  readonly stderr: string;
}

/** It hangs if it has not ended by itself after this: several times what it takes on a slow machine. */
const LIMIT_MS = scaled(120_000, 300_000);

/** Runs a script of this folder in a process of its own until it ends by itself. */
export async function runProcess(
  script: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Ended> {
  const file = fileURLToPath(new URL(`./${script}.js`, import.meta.url));
  const child = spawn(process.execPath, [...flags, file, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const closed = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({ code, signal, said: lines.map((line) => JSON.parse(line)), stderr });
    });
  });
  try {
    return await limited(`the end of ${script} ${args.join(' ')}`, closed, LIMIT_MS);
  } finally {
    child.kill('SIGKILL');
  }
}

/** From within a script: one line for the test. */
export function say(value: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
