/**
 * Counts the words and identifiers of source files with a supervised cluster of actors, lets a worker crash
 * and a thread die on the way, and checks every count against a plain pass over the same files.
 *
 * The tree is in `tree.ts`, its messages in `protocol.ts`, and why the counts are right in spite of lost
 * messages and forgetful shards in `coordinator.ts`.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClusterRun, countWithCluster } from './cluster.js';
import { differences } from './comparison.js';
import { type FileList, listFiles } from './file-list.js';
import { HELP, type Options, parseOptions, UsageError } from './options.js';
import { type Counts, plainPass } from './plain-pass.js';
import { ProgressLine } from './progress-line.js';
import * as report from './report.js';

const EXIT = { equal: 0, failed: 1, usage: 2, interrupted: 130 } as const;
/** Differences that are printed. */
const MAX_DIFFERENCES = 10;

const progress = new ProgressLine(process.stdout);
const interruption = new AbortController();

/** Does what the command line says. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === 'help') {
      process.stdout.write(HELP);
      return EXIT.equal;
    }
    process.once('SIGINT', () => interruption.abort());
    return await countTwice(options);
  } catch (error) {
    progress.clear();
    if (interruption.signal.aborted) {
      process.stderr.write('stopped by Ctrl-C\n');
      return EXIT.interrupted;
    }
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nnpm run example word-count -- --help explains.\n`);
      return EXIT.usage;
    }
    console.error(error);
    return EXIT.failed;
  }
}

async function countTwice(options: Options): Promise<number> {
  const root = options.path ?? installedDependencies();
  const list = await listInput(root, options.budgetBytes);
  progress.log(report.describeInput(root, list, options.budgetBytes));

  const startMs = performance.now();
  const run = await runCluster(list, options);
  const clusterMs = performance.now() - startMs;
  const plain = await runPlain(list);
  const plainMs = performance.now() - startMs - clusterMs;

  progress.log(`\n${report.describeTypes(run.counts.totals)}`);
  progress.log(`\n${report.describeTop(run.counts)}\n`);
  progress.log(report.describeTimes(run, clusterMs, plainMs, options.threads));
  const found = differences(run.counts, plain);
  if (found.length === 0) {
    progress.log(report.describeEqual(plain));
    return EXIT.equal;
  }
  for (const line of found.slice(0, MAX_DIFFERENCES)) process.stderr.write(`${line}\n`);
  process.stderr.write(`different: ${found.length} counts\n`);
  return EXIT.failed;
}

async function listInput(root: string, budgetBytes: number): Promise<FileList> {
  const stats = await stat(root).catch(() => undefined);
  if (stats === undefined) throw new UsageError(`${root} does not exist`);
  if (!stats.isDirectory()) throw new UsageError(`${root} is not a folder`);
  const list = await listFiles(root, budgetBytes, interruption.signal);
  if (list.files.length > 0) return list;
  const { tooLarge, overBudget } = list;
  const skipped = tooLarge + overBudget > 0 ? `; ${tooLarge + overBudget} are too large` : '';
  throw new UsageError(`${root} holds no source files to count${skipped}`);
}

async function runCluster(list: FileList, options: Options): Promise<ClusterRun> {
  const startMs = performance.now();
  const run = await countWithCluster(list.files, {
    threads: options.threads,
    withFaults: options.withFaults,
    signal: interruption.signal,
    onProgress: (each) => {
      const nowMs = performance.now();
      progress.update(report.describeProgress(each, nowMs - startMs), nowMs);
    },
    log: (line) => progress.log(line),
  });
  progress.clear();
  return run;
}

async function runPlain(list: FileList): Promise<Counts> {
  let bytes = 0;
  const counts = await plainPass(list.files, interruption.signal, (file) => {
    bytes += file.bytes;
    const done = `${report.megabytes(bytes)} of ${report.megabytes(list.bytes)}`;
    progress.update(`plain pass: ${done}`, performance.now());
  });
  progress.clear();
  return counts;
}

/** The nearest `node_modules` above this file. */
function installedDependencies(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new UsageError('no node_modules here: give a PATH');
  }
}

process.exitCode = await main(process.argv.slice(2));
