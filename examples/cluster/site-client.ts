import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BureauMode } from './credit-bureau.js';
import type { Evidence } from './evidence.js';
import type { SiteOptions } from './site.js';
import type { Opened, SiteCalls, SiteFigures, SiteWord, Stopped } from './site-protocol.js';

/** What happens in a site is told to these. */
export interface SiteListener {
  onEvent(text: string): void;
  /** How the credit bureau is to be from now on. */
  onBureau(mode: BureauMode): void;
}

/** What failed in the process of a site. `code` is that of its error, or empty. */
export class SiteError extends Error {
  override readonly name = 'SiteError';
  readonly code: string;

  constructor(message: string, code: string, stack?: string) {
    super(message);
    this.code = code;
    if (stack !== undefined) this.stack = stack;
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Code of the error when the process has ended, and was not asked to. */
export const SITE_ENDED = 'ERR_SITE_ENDED';
/** Longer than a site takes to stop by its own deadlines. */
const CLOSE_MS = 25_000;

/** A site in a process of its own. Ends with the one who started it, however that ends. */
export class SiteClient implements SiteCalls {
  /** The last word about how it goes. */
  figures: SiteFigures | undefined;
  /** Aborted with a {@link SiteError} when the process ends and was not asked to. */
  readonly lost: AbortSignal;
  readonly #end = new AbortController();
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #kill = (): void => void this.#child.kill('SIGKILL');
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #isClosing = false;

  constructor(listener: SiteListener) {
    this.lost = this.#end.signal;
    const file = fileURLToPath(new URL('site-process.js', import.meta.url));
    this.#child = fork(file, { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
    this.#child.on('message', (word: SiteWord) => this.#take(word, listener));
    this.#child.once('error', (error) => this.#lost(error.message));
    this.#exited = once(this.#child, 'exit').then(([code, signal]) => {
      process.off('exit', this.#kill);
      this.#lost(`the process of the service ended by itself: ${signal ?? code}`);
    });
    process.once('exit', this.#kill);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  open(options: SiteOptions): Promise<Opened> {
    return this.#ask('open', options) as Promise<Opened>;
  }

  openAccounts(): Promise<void> {
    return this.#ask('openAccounts') as Promise<void>;
  }

  harm(name: string, illMs: number): Promise<void> {
    return this.#ask('harm', name, illMs) as Promise<void>;
  }

  gather(): Promise<Evidence> {
    return this.#ask('gather') as Promise<Evidence>;
  }

  /** Resolves when the process has ended. */
  async close(): Promise<Stopped> {
    this.#isClosing = true;
    const timer = setTimeout(this.#kill, CLOSE_MS);
    try {
      const stopped = (await this.#ask('close')) as Stopped;
      await this.#exited;
      return stopped;
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(name: keyof SiteCalls, ...args: readonly unknown[]): Promise<unknown> {
    const number = this.#count++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#child.send({ number, name, args }, (error) => {
        if (error !== null) this.#lost(error.message);
      });
    });
  }

  #take(word: SiteWord, { onEvent, onBureau }: SiteListener): void {
    switch (word.type) {
      case 'event':
        onEvent(word.text);
        break;
      case 'figures':
        this.figures = word.figures;
        break;
      case 'bureau':
        onBureau(word.mode);
        break;
      case 'answer':
        this.#settled(word.number)?.resolve(word.value);
        break;
      case 'failed': {
        const { message, code, stack } = word.error;
        this.#settled(word.number)?.reject(new SiteError(message, code, stack));
      }
    }
  }

  #settled(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    return waiting;
  }

  #lost(message: string): void {
    const error = new SiteError(message, SITE_ENDED);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (!this.#isClosing) this.#end.abort(error);
  }
}
