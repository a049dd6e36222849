import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Terminal } from './commands.js';

const MAIN = fileURLToPath(new URL('../../quickbench/main.js', import.meta.url));
const QUICK_SCALE = 0.1;

/** Measures in a process of its own, where nothing else runs. @returns its exit code, 0 when it was ended */
export function bench(
  terminal: Terminal,
  { quick }: { readonly quick: boolean },
  signal: AbortSignal,
): Promise<number> {
  const args = [MAIN, String(quick ? QUICK_SCALE : 1)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], signal });
  child.stdout.setEncoding('utf8').on('data', (text: string) => terminal.write(text));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => (signal.aborted ? resolve(0) : reject(error)));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
