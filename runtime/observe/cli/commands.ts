import { parseArgs } from 'node:util';
import type { Overview } from '../overview.js';
import { bench } from './bench.js';
import { CommandError, DashboardClient } from './client.js';
import { topScreen } from './top-screen.js';
import { type InspectAnswer, inspectionText, treeLines } from './tree-text.js';

/** The terminal that a command writes to. */
export interface Terminal {
  readonly isTty: boolean;
  readonly width: number;
  readonly height: number;
  write(text: string): void;
}

/** How the commands are used. */
export const USAGE = `usage: troupe top URL [--once]
       troupe inspect URL [--under PATH] [--depth N] [--limit N]
       troupe bench [--quick]
  URL      what serveDashboard returned, with its token
  --once   one screen, then the end; also where the output is no terminal
  --under  the actor to begin with: a path such as /user/shop, or an id
  --depth  levels below it
  --limit  actors in all, at most 500
  --quick  a tenth of the work: to see that it runs
`;

const OPTIONS = {
  once: { type: 'boolean', default: false },
  under: { type: 'string' },
  depth: { type: 'string' },
  limit: { type: 'string' },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Runs a command line.
 * @param signal ends `top` and `bench`
 * @returns the exit code
 */
export async function runCommand(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [command, address, ...rest] = positionals;
    if (values.help) {
      terminal.write(USAGE);
      return 0;
    }
    if (command === 'bench' && address === undefined) return await bench(terminal, values, signal);
    if (address === undefined || rest.length > 0) throw new CommandError(USAGE.trimEnd());
    const client = new DashboardClient(address);
    if (command === 'top') await top(client, terminal, values.once || !terminal.isTty, signal);
    else if (command === 'inspect') await inspect(client, terminal, values);
    else throw new CommandError(`there is no command '${command}'\n${USAGE.trimEnd()}`);
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    if (!(error instanceof CommandError)) throw error;
    terminal.write(`${error.message}\n`);
    return 1;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE.trimEnd()}`);
  }
}

const CLEAR = '\u001b[H\u001b[2J';

async function top(
  client: DashboardClient,
  terminal: Terminal,
  isOnce: boolean,
  signal: AbortSignal,
): Promise<void> {
  let count = 0;
  for await (const { name, data } of client.events(signal)) {
    if (name !== 'overview') continue;
    // The first one comes at once and has seen next to no time.
    if (count++ === 0) continue;
    const height = isOnce ? Number.POSITIVE_INFINITY : terminal.height - 1;
    const lines = topScreen(data as Overview, terminal.width, height);
    terminal.write(`${isOnce ? '' : CLEAR}${lines.join('\n')}\n`);
    if (isOnce) return;
  }
  if (!signal.aborted) throw new CommandError('the dashboard has ended');
}

async function inspect(
  client: DashboardClient,
  terminal: Terminal,
  { under, depth, limit }: { under?: string; depth?: string; limit?: string },
): Promise<void> {
  const isWhole = under === undefined && depth === undefined && limit === undefined;
  const lines = isWhole
    ? inspectionText(await client.json<InspectAnswer>('api/inspect'))
    : treeLines(
        await client.json('api/tree', {
          under: under ?? '/user',
          depth: depth ?? '1000',
          limit: limit ?? '500',
        }),
      );
  terminal.write(`${lines.join('\n')}\n`);
}
