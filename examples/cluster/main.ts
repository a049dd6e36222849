/**
 * A bank and a shop behind an HTTP server, with every ready-made actor, under load and under faults. What it does is in
 * `story.ts`, what it is made of in `parts.ts`.
 *
 *     npm start -- --help
 */
import { isMainThread } from 'node:worker_threads';
import { DataFolder } from './data-folder.js';
import { HELP, type Options, parseOptions, UserError } from './options.js';
import { Panel } from './panel.js';
import { serve } from './serve.js';
import { SITE_ENDED } from './site-client.js';
import { tell } from './story.js';

const EXIT_INTERRUPTED = 130;
/** A signal so long after the first one means it. */
const AGAIN_MS = 1000;

/** What stands in the way of listening, for people. */
const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: name another by --port, or none for any that is free',
  EACCES: 'needs rights that this user lacks: name one from 1024 by --port',
};

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const signal = untilInterrupted();
  const folder = await DataFolder.open(options.folder);
  try {
    return await run(options, folder, signal);
  } catch (error) {
    if (signal.aborted) return interrupted();
    throw explained(error, options);
  } finally {
    await folder.close();
  }
}

/** Aborted by Ctrl-C, and when nobody reads the output any more. */
function untilInterrupted(): AbortSignal {
  const end = new AbortController();
  let firstMs = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // A terminal and npm may both send the first one.
      if (end.signal.aborted && performance.now() - firstMs > AGAIN_MS)
        process.exit(EXIT_INTERRUPTED);
      if (!end.signal.aborted) firstMs = performance.now();
      end.abort();
    });
  }
  process.stdout.on('error', () => end.abort());
  return end.signal;
}

async function run(
  { seconds, port, isServing }: Options,
  folder: DataFolder,
  signal: AbortSignal,
): Promise<number> {
  const { stdout } = process;
  if (isServing) {
    await serve({ folder: folder.journal, port, signal }, (text) => stdout.write(text));
    return 0;
  }
  const isRight = await tell({ folder: folder.journal, port, seconds, signal }, new Panel(stdout));
  return isRight ? 0 : 1;
}

function interrupted(): number {
  process.stderr.write('stopped before the audit\n');
  return EXIT_INTERRUPTED;
}

/** What the user can mend, as such; anything else as it is. */
function explained(error: unknown, { port, folder }: Options): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const listening = LISTEN_ERRORS[code];
  if (listening !== undefined) return new UserError(`port ${port} ${listening}`);
  if (code === SITE_ENDED) return new UserError(message);
  if (code.startsWith('ERR_JOURNAL_')) {
    return new UserError(`${folder ?? 'the journal'}: ${message}`);
  }
  return error;
}

if (isMainThread) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
