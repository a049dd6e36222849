import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is refused, as a status of HTTP. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/**
 * Who may look. The token comes as `Authorization: Bearer`, as cookie, or as `?token=` once, which sets the
 * cookie. On a loopback address the Host header must name one too: a page from elsewhere that has its own name
 * resolve to this machine (DNS rebinding) is refused.
 */
export class Access {
  readonly cookieName: string;
  readonly #token: string | false;
  readonly #digest: Buffer;
  readonly #isLoopback: boolean;

  /** @param token false: everybody who reaches the address may look */
  constructor(token: string | false, host: string, port: number) {
    this.#token = token;
    this.#digest = digest(token === false ? '' : token);
    this.#isLoopback = LOOPBACK.has(host);
    this.cookieName = `troupe_${port}`;
  }

  /** @returns undefined for a request that may pass */
  refusal(request: IncomingMessage, url: URL): Refusal | undefined {
    if (this.#isLoopback && !LOOPBACK.has(hostOf(request))) {
      return { status: 421, text: 'this dashboard answers to 127.0.0.1 and localhost only' };
    }
    if (request.headers['sec-fetch-site'] === 'cross-site' && url.pathname !== '/') {
      return { status: 403, text: 'requests from other sites are refused' };
    }
    if (this.#token === false) return undefined;
    const given = this.#given(request, url);
    if (given === undefined)
      return {
        status: 401,
        text: 'a token is needed: see the address that serveDashboard returned',
      };
    return timingSafeEqual(digest(given), this.#digest)
      ? undefined
      : { status: 403, text: 'the token is wrong' };
  }

  /** The header that keeps a token given in the address, so that the page need not show it. */
  cookie(url: URL): string | undefined {
    if (this.#token === false || !url.searchParams.has('token')) return undefined;
    return `${this.cookieName}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  #given(request: IncomingMessage, url: URL): string | undefined {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return bearer ?? url.searchParams.get('token') ?? this.#cookie(request) ?? undefined;
  }

  #cookie(request: IncomingMessage): string | undefined {
    for (const pair of (request.headers.cookie ?? '').split(';')) {
      const [name, value] = pair.trim().split('=');
      if (name === this.cookieName) return value;
    }
    return undefined;
  }
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

/** The Host header without its port. */
function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
}

/** Digests have one length, so that comparing them tells nothing of the token's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
