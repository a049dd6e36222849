import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

/** Who runs the server when the tests run as root, whom it refuses. */
const USERS = ['postgres', 'nobody'];

/** A server of its own, in a temporary folder and on a free port. */
export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server, or says why there is none. */
export async function startPostgres(): Promise<PostgresServer | string> {
  const binaries = findBinaries();
  if (binaries === undefined) return `no initdb in ${DEBIAN}/*/bin or in PATH`;
  const asUser = commandPrefix();
  if (asUser === undefined) return 'the tests run as root, and there is no user to run it as';
  const folder = mkdtempSync(join(tmpdir(), 'troupe-postgres-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const [program, ...before] = [...asUser, join(binaries, 'initdb')];
  const initArgs = [
    ...before,
    '-D',
    data,
    '-U',
    'troupe',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
  ];
  const init = spawnSync(program!, initArgs, { encoding: 'utf8', cwd: folder });
  if (init.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return `initdb failed: ${init.stderr || init.error}`;
  }
  const port = await freePort();
  const serverArgs = ['-D', data, '-p', `${port}`, '-k', folder, '-h', '127.0.0.1'];
  const [server, ...rest] = [...asUser, join(binaries, 'postgres'), ...serverArgs];
  const child = spawn(server!, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  const exited = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const log = await untilReady(child.stderr, exited);
  if (log !== undefined) {
    await stop();
    return `the server ended: ${log}`;
  }
  return { url: `postgres://troupe@127.0.0.1:${port}/postgres`, stop };
}

/** @returns the log when the server ended instead */
function untilReady(
  stderr: NodeJS.ReadableStream,
  exited: Promise<void>,
): Promise<string | undefined> {
  let log = '';
  return new Promise((resolve) => {
    stderr.on('data', (data) => {
      log += String(data);
      if (log.includes('ready to accept connections')) resolve(undefined);
    });
    void exited.then(() => resolve(log));
  });
}

function findBinaries(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  const folders = newestFirst.map((version) => join(DEBIAN, version, 'bin'));
  folders.push(...(process.env['PATH'] ?? '').split(delimiter));
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

function commandPrefix(): string[] | undefined {
  if (process.getuid?.() !== 0) return [];
  const user = USERS.find((name) => spawnSync('id', [name]).status === 0);
  if (user === undefined) return undefined;
  const group = spawnSync('id', ['-g', user], { encoding: 'utf8' }).stdout.trim();
  return ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups'];
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}
