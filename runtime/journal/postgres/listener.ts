/** What of a client of pg is used to listen. */
export interface ListenerClient {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  on(event: 'notification' | 'error', listener: () => void): unknown;
  end(): Promise<void>;
}

/** How long after a lost connection another is tried. */
const RETRY_MS = 1000;

/**
 * Hears of the commits of all writers of a store, through a connection of its own. What was missed before it could
 * listen, or while the connection was lost, is made up for by one call.
 */
export class CommitNotifications {
  readonly #makeClient: () => ListenerClient;
  readonly #listen: string;
  readonly #notify: () => void;
  #client: ListenerClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed: boolean;
  #connecting: Promise<void> | undefined;

  constructor(makeClient: () => ListenerClient, listen: string, notify: () => void) {
    this.#makeClient = makeClient;
    this.#listen = listen;
    this.#notify = notify;
    this.#client = undefined;
    this.#timer = undefined;
    this.#isClosed = false;
    this.#connecting = undefined;
  }

  /** Begins, once. */
  start(): void {
    if (this.#isClosed || this.#client !== undefined || this.#timer !== undefined) return;
    const client = this.#makeClient();
    this.#client = client;
    client.on('notification', this.#notify);
    client.on('error', () => this.#lost(client));
    this.#connecting = client
      .connect()
      .then(() => client.query(this.#listen))
      .then(
        () => this.#notify(),
        () => this.#lost(client),
      );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#connecting;
    await this.#client?.end().catch(() => undefined);
  }

  #lost(client: ListenerClient): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    client.end().catch(() => undefined);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.start();
    }, RETRY_MS);
    this.#timer.unref();
  }
}
