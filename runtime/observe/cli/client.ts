/** An error that a person at a terminal reads: what went wrong and what helps. */
export class CommandError extends Error {}

/** A dashboard somewhere, as its address with the token names it. */
export class DashboardClient {
  readonly #base: URL;
  readonly #headers: Record<string, string>;

  /** @throws {CommandError} for what is no address */
  constructor(address: string) {
    if (!URL.canParse(address) || !address.startsWith('http')) {
      throw new CommandError(
        `'${address}' is no address: use the one that serveDashboard returned`,
      );
    }
    this.#base = new URL(address);
    const token = this.#base.searchParams.get('token');
    this.#headers = token === null ? {} : { authorization: `Bearer ${token}` };
    this.#base.search = '';
  }

  /** @throws {CommandError} when nobody listens there, or refuses */
  async json<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
    const response = await this.#fetch(path, query);
    return (await response.json()) as T;
  }

  /** The events of the stream, one after another, until it ends. @throws {CommandError} as `json` */
  async *events(
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly name: string; readonly data: unknown }> {
    const response = await this.#fetch('api/stream', {}, signal);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of untilCut(response.body!)) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end));
        text = text.slice(end + 2);
        if (event !== null) yield { name: event[1]!, data: JSON.parse(event[2]!) };
      }
    }
  }

  async #fetch(
    path: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Response> {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    let response: Response;
    try {
      const options = { headers: this.#headers };
      response = await fetch(url, signal === undefined ? options : { ...options, signal });
    } catch (error) {
      const cause = (error as { cause?: Error }).cause?.message ?? (error as Error).message;
      throw new CommandError(`cannot reach ${this.#base.origin}: ${cause}`);
    }
    if (response.ok) return response;
    const reason = (await response.text()).trim().slice(0, 300);
    throw new CommandError(`${this.#base.origin} refused (${response.status}): ${reason}`);
  }
}

/** The chunks of an answer, until it ends or the connection is cut: for a stream the one is as good as the other. */
async function* untilCut(body: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* body;
  } catch {
    // What the reader is told is that it has ended.
  }
}
