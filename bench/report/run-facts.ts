import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { RunFacts } from './result-file.js';

/** Compiled code lies one folder deeper than its source. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What a report says of the machine, Node and the code; asks the machine and git. */
export function runFacts(
  options: Pick<RunFacts, 'rounds' | 'smoke' | 'peers'>,
  failed: readonly string[],
): RunFacts {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    machine: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryBytes: totalmem(),
      platform: `${process.platform} ${process.arch}`,
    },
    rounds: options.rounds,
    smoke: options.smoke,
    peers: options.peers,
    failed,
  };
}

function commit(): string | undefined {
  try {
    const hash = git('rev-parse', '--short=10', 'HEAD');
    return git('status', '--porcelain') === '' ? hash : `${hash}+`;
  } catch {
    return undefined;
  }
}

function git(...args: string[]): string {
  const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'ignore'];
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio }).trim();
}
