import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Debian's package of that name has it. */
const COMMAND = 'redis-server';
/** Ends the server when standard input ends: also when this process is killed. */
const SCRIPT = '"$@" & server=$!; read -r _; kill $server; wait $server';

/** A Redis of our own on a free port of loopback, that keeps nothing on disk. */
export class RedisServer {
  readonly port: number;
  readonly #shell: ChildProcess;

  private constructor(port: number, shell: ChildProcess) {
    this.port = port;
    this.#shell = shell;
  }

  /** Whether there is one to start. */
  static isInstalled(): boolean {
    return spawnSync(COMMAND, ['--version']).status === 0;
  }

  /**
   * Starts it; it accepts connections when this resolves.
   * @throws {Error} with what it said when it ended instead
   */
  static async start(): Promise<RedisServer> {
    const port = await freePort();
    const options = [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    const shell = spawn('sh', ['-c', SCRIPT, 'sh', COMMAND, ...options], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    for await (const line of createInterface({ input: shell.stdout! })) {
      said.push(line);
      if (!line.includes('Ready to accept connections')) continue;
      shell.stdout!.resume();
      return new RedisServer(port, shell);
    }
    throw new Error(`${COMMAND} has ended: ${said.join('\n')}`);
  }

  async stop(): Promise<void> {
    const exit = once(this.#shell, 'exit');
    this.#shell.stdin!.end();
    await exit;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
