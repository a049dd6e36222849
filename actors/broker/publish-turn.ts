import type { Route } from './directory.js';
import type { PublishResult } from './publish-result.js';
import type { PublishBatch, PublishOptions } from './publishing.js';

/** Messages on their way to a shard: columns instead of an object for each, since nothing is sent as often. */
export class MessageColumns {
  readonly subjects: string[];
  readonly payloads: unknown[];
  /** Estimated sizes of the payloads. */
  readonly bytes: number[];
  /** Null as long as no message has any. */
  options: (PublishOptions | null)[] | null = null;
  #length = 0;

  /** @param expected how many will be added, when that is known: what grows is copied, and leaves room behind */
  constructor(expected = 0) {
    this.subjects = new Array<string>(expected);
    this.payloads = new Array<unknown>(expected);
    this.bytes = new Array<number>(expected);
  }

  /** Adds a message behind the others. */
  add(
    subject: string,
    payload: unknown,
    bytes: number,
    options: PublishOptions | null | undefined,
  ): void {
    const at = this.#length++;
    this.subjects[at] = subject;
    this.payloads[at] = payload;
    this.bytes[at] = bytes;
    if (this.options !== null) this.options.push(options ?? null);
    else if (options != null) {
      this.options = new Array<PublishOptions | null>(at).fill(null);
      this.options.push(options);
    }
  }

  /** As a shard wants them. */
  batch(isAtomic: boolean): PublishBatch {
    const { subjects, payloads, bytes, options } = this;
    return { subjects, payloads, bytes, options, isAtomic };
  }
}

/** Publications of one turn, each by itself: with where they go, and who waits for what became of them. */
export class PublishTurn {
  readonly messages = new MessageColumns();
  readonly routes: Route[] = [];
  readonly resolves: ((result: PublishResult) => void)[] = [];
  readonly rejects: ((error: unknown) => void)[] = [];
  /** How often each has followed its stream to another shard; null as long as none has. */
  #moves: number[] | null = null;
  readonly #take = (
    resolve: (result: PublishResult) => void,
    reject: (error: unknown) => void,
  ): void => {
    this.resolves.push(resolve);
    this.rejects.push(reject);
  };

  /** Publications so far. */
  get length(): number {
    return this.routes.length;
  }

  /** Adds a publication behind the others. @returns what becomes of it */
  add(
    route: Route,
    payload: unknown,
    bytes: number,
    options: PublishOptions | null,
  ): Promise<PublishResult> {
    this.routes.push(route);
    this.messages.add(route.subject, payload, bytes, options);
    this.#moves?.push(0);
    return new Promise(this.#take);
  }

  /** Adds one that was in another turn, for which somebody waits already. @param moves how often it has moved */
  addAgain(from: PublishTurn, at: number, route: Route, moves: number): void {
    const { payloads, bytes, options } = from.messages;
    this.#moves ??= new Array<number>(this.length).fill(0);
    this.#moves.push(moves);
    this.routes.push(route);
    this.messages.add(route.subject, payloads[at], bytes[at]!, options?.[at]);
    this.#take(from.resolves[at]!, from.rejects[at]!);
  }

  /** How often a publication has followed its stream to another shard. */
  movesOf(at: number): number {
    return this.#moves?.[at] ?? 0;
  }

  /** One of them by itself. */
  alone(at: number): PublishTurn {
    const turn = new PublishTurn();
    turn.addAgain(this, at, this.routes[at]!, this.movesOf(at));
    return turn;
  }
}
