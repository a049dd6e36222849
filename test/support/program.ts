import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import type { Cleanup } from './system.js';

/** How a program is run. */
export interface RunOptions {
  /** Options of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** The user and the group that it runs as; for root only. */
  readonly uid?: number;
}

/** What the runner of the tests makes each process write belongs to its own user: another one goes without. */
const AS_ANOTHER = ['/bin/sh', '-c', 'unset NODE_OPTIONS; exec "$0" "$@"'];

/** A program that runs in a process of its own, and is ended with the test. */
export class Program {
  out = '';
  err = '';
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();

  /** @param file below `dist/examples`, without extension */
  constructor(
    t: Cleanup,
    file: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    { nodeArgs = [], uid }: RunOptions = {},
  ) {
    const path = fileURLToPath(new URL(`../../examples/${file}.js`, import.meta.url));
    const line = [process.execPath, ...nodeArgs, path, ...args];
    const [command, ...rest] = uid === undefined ? line : [...AS_ANOTHER, ...line];
    const child = spawn(command!, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
      for (const look of this.#waiting) look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.ended = new Promise((resolve) => child.on('close', (code) => resolve(code)));
    t.teardown(() => child.kill('SIGKILL'));
  }

  /** Waits for a line. @returns its groups @throws when the program ends before */
  async line(pattern: RegExp): Promise<readonly string[]> {
    return await new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(this.out);
        if (found === null) return;
        this.#waiting.delete(look);
        resolve([...found].slice(1) as string[]);
      };
      this.#waiting.add(look);
      void this.ended.then((code) =>
        reject(new Error(`ended with ${code} before ${pattern}: ${this.out}${this.err}`)),
      );
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Runs an example to its end, which must be a good one without complaints. @returns what it wrote */
export async function outputOf(
  t: Test,
  file: string,
  args: readonly string[] = [],
): Promise<string> {
  const program = new Program(t, file, args);
  const code = await program.ended;
  t.equal(program.err, '');
  t.equal(code, 0);
  return program.out;
}
