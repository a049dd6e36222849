import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { limited } from './kit.js';

/** What became of a process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Lines of standard output that are JSON. */
  readonly said: readonly Record<string, unknown>[];
  readonly stderr: string;
}

/**
 * Runs a script of this folder until it ends by itself.
 * @param onLine sees each line while the process runs
 */
/** It hangs if it has not ended after this: several times what it takes on a slow machine. */
const HANGS_MS = 120_000;

export async function runScript(
  script: string,
  args: readonly string[],
  onLine: (line: Record<string, unknown>, child: ChildProcess) => void = () => {},
  flags: readonly string[] = [],
): Promise<Ended> {
  const file = fileURLToPath(new URL(`./${script}.js`, import.meta.url));
  const child = spawn(process.execPath, [...flags, file, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' },
  });
  const said: Record<string, unknown>[] = [];
  let rest = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (!line.startsWith('{')) continue;
      const value = JSON.parse(line) as Record<string, unknown>;
      said.push(value);
      onLine(value, child);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  try {
    return await limited(
      `the end of ${script} ${args.join(' ')}`,
      new Promise<Ended>((resolve) => {
        child.once('close', (code, signal) => resolve({ code, signal, said, stderr }));
      }),
      HANGS_MS,
    );
  } finally {
    child.kill('SIGKILL');
  }
}

/** From within a script: one line for the test. */
export function say(value: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
