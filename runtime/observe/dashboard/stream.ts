import type { ServerResponse } from 'node:http';
import type { AnyRef } from '../../ref/actor-ref.js';
import type { Figures } from '../figures.js';
import type { Observer } from '../observer.js';
import { type Overview, overviewOf } from '../overview.js';
import { toJson } from './routes.js';

/** Milliseconds between two overviews. */
const EVERY_MS = 1000;
/** Listeners at a time. */
const MAX_CLIENTS = 32;
/** Bytes that a slow listener may be behind; then it is cut off, and its page comes again. */
const MAX_BEHIND_BYTES = 4 * 1024 * 1024;

/**
 * Server-sent events: an overview each second, and events, dead letters and traced messages as they come.
 * Without a listener it does nothing, and traces end.
 */
export class Stream {
  readonly #observer: Observer;
  readonly #clients = new Set<ServerResponse>();
  /** What ends the trace of an actor, by its id; a promise while it begins. */
  readonly #traces = new Map<string, Promise<() => Promise<void>>>();
  readonly #unlisten: () => void;
  #timer: NodeJS.Timeout | null = null;
  #before: Figures;

  constructor(observer: Observer) {
    this.#observer = observer;
    this.#before = observer.figures();
    this.#unlisten = observer.history.listen((event) =>
      this.#send(event.name === 'dead-letter' ? 'letter' : 'event', event),
    );
  }

  /** What happened since the last overview of the stream, or, without listeners, since an earlier question. */
  overview(): Overview {
    const now = this.#observer.figures();
    const overview = overviewOf(now, this.#before);
    if (this.#timer === null && now.atMs - this.#before.atMs >= EVERY_MS) this.#before = now;
    return overview;
  }

  #tick(): void {
    const now = this.#observer.figures();
    this.#send('overview', overviewOf(now, this.#before));
    this.#before = now;
  }

  /** Takes a listener. @returns false when there are too many */
  add(response: ServerResponse): boolean {
    if (this.#clients.size >= MAX_CLIENTS) return false;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const { supervision, deadLetters } = this.#observer.history;
    response.write(frame('history', { events: supervision, deadLetters }));
    response.write(frame('overview', this.overview()));
    this.#clients.add(response);
    response.on('close', () => this.#remove(response));
    this.#timer ??= setInterval(() => this.#tick(), EVERY_MS).unref();
    return true;
  }

  #remove(response: ServerResponse): void {
    this.#clients.delete(response);
    if (this.#clients.size > 0) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    void this.#endTraces();
  }

  /**
   * Sends the messages of an actor to all listeners, or no more.
   * @returns whether it is traced now: never without listeners
   * @throws {TroupeError} ERR_NO_SUCH_ACTOR
   */
  async trace(ref: AnyRef, isOn: boolean): Promise<boolean> {
    if (isOn && !this.#traces.has(ref.id)) {
      const begun = this.#observer.trace(ref, (message) => this.#send('traced', message));
      this.#traces.set(ref.id, begun);
      try {
        await begun;
      } catch (error) {
        this.#traces.delete(ref.id);
        throw error;
      }
      // The last one may have left meanwhile.
      if (this.#clients.size === 0) await this.#endTraces();
    } else if (!isOn) {
      const begun = this.#traces.get(ref.id);
      this.#traces.delete(ref.id);
      await (await begun)?.();
    }
    return this.#traces.has(ref.id);
  }

  async #endTraces(): Promise<void> {
    const begun = [...this.#traces.values()];
    this.#traces.clear();
    // One that could not begin has nothing to end.
    await Promise.allSettled(begun.map(async (each) => (await each)()));
  }

  #send(name: string, data: unknown): void {
    if (this.#clients.size === 0) return;
    const text = frame(name, data);
    for (const client of this.#clients) {
      if (client.writableLength > MAX_BEHIND_BYTES) client.destroy();
      else client.write(text);
    }
  }

  async close(): Promise<void> {
    this.#unlisten();
    for (const client of this.#clients) client.end();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#endTraces();
  }
}

function frame(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${toJson(data)}\n\n`;
}
