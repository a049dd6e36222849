import { type BenchCommand, type CompareCommand, parseOptions, USAGE } from './options.js';
import { INSTALL_COMMAND, missingPeers } from './peers/installed.js';
import { compareRuns } from './report/compare.js';
import { compareText } from './report/compare-text.js';
import { readAnchors, readResultFile, writeReport } from './report/write-report.js';
import { runBenches } from './run-benches.js';

const OK = 0;
/** Something failed, or has become slower. */
const FAILED = 1;
/** The command line was not understood, or a file or a peer that it names is not there. */
const MISUSED = 2;

/** The command `npm run bench`. */
async function main(args: readonly string[]): Promise<number> {
  let command: BenchCommand;
  try {
    command = parseOptions(args);
  } catch (error) {
    return complain(`${(error as Error).message}\n${USAGE}`);
  }
  if (command.kind === 'run' && command.peers) {
    const missing = missingPeers();
    if (missing.length > 0) {
      return complain(`not installed: ${missing.join(', ')}; run: ${INSTALL_COMMAND}`);
    }
  }
  return perform(command);
}

async function perform(command: BenchCommand): Promise<number> {
  if (command.kind === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return OK;
  }
  if (command.kind === 'compare') return orMisused(() => compare(command));
  if (command.kind === 'render') {
    return orMisused(() => {
      const anchors = readAnchors(command.report);
      say(writeReport(readResultFile(command.from), anchors, command.report));
      return OK;
    });
  }
  const { report } = command;
  if (report === undefined) return (await runBenches(command)).failed.length > 0 ? FAILED : OK;
  try {
    readAnchors(report); // a wrong file is found out before hours of work, not after
  } catch (error) {
    return complain((error as Error).message);
  }
  const file = await runBenches(command);
  say(writeReport(file, readAnchors(report), report));
  return file.failed.length > 0 ? FAILED : OK;
}

function compare({ before, after }: CompareCommand): number {
  const [old, now] = [readResultFile(before), readResultFile(after)];
  const comparisons = compareRuns(old.lines, now.lines);
  process.stdout.write(compareText(comparisons, old, now));
  return comparisons.some(({ change }) => change === 'slower') ? FAILED : OK;
}

function orMisused(action: () => number): number {
  try {
    return action();
  } catch (error) {
    return complain((error as Error).message);
  }
}

function complain(text: string): number {
  say(text);
  return MISUSED;
}

/** To standard error: standard output is for figures. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

process.exitCode = await main(process.argv.slice(2));
