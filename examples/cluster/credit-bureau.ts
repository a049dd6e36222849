import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SeededRandom } from 'troupe';

/** How well the bureau works. */
export type BureauMode = 'well' | 'ill';

/** Shares of the requests that are refused, and that are never answered, while it is ill. */
const FAILS = 0.7;
const HANGS = 0.2;
/** Nobody gets credit above this. */
const LIMIT_MINOR = 4500n;

/** The service outside: an HTTP server that says whether an account is good for an amount. It can be made to fail. */
export class CreditBureau {
  #mode: BureauMode = 'well';
  readonly url: string;
  readonly #server: Server;
  readonly #random = new SeededRandom(11);

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => this.#answer(request.url ?? '/', response));
  }

  /** Opens it on a port that is free. */
  static async open(): Promise<CreditBureau> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CreditBureau(server);
  }

  /** From now on it is so. */
  set(mode: BureauMode): void {
    this.#mode = mode;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(url: string, response: ServerResponse): void {
    const luck = this.#mode === 'ill' ? this.#random.next() : 1;
    if (luck < FAILS) response.writeHead(500).end('the bureau is ill');
    else if (luck >= FAILS + HANGS) {
      const minor = BigInt(new URL(url, this.url).searchParams.get('minor') ?? '0');
      response.end(minor <= LIMIT_MINOR ? 'yes' : 'no');
    }
  }
}
