import { checkMade } from '../base/check-made.js';
import type { ReplyAddress } from '../ref/envelope.js';

/** How a requester reaches the asker's thread. `worker/` implements it. */
export interface ReplyPort {
  reply(to: ReplyAddress, value: unknown): void;
  replyFailure(to: ReplyAddress, error: unknown): void;
}

/**
 * The asker of one request. Of all answers the first counts, later ones are dropped and counted. It
 * is a small value: it may be kept in the state and sent to another actor, which can answer just as well.
 */
export class Requester<R = unknown> {
  readonly #port: ReplyPort;
  readonly #to: ReplyAddress;

  /** @internal */
  constructor(port: ReplyPort, to: ReplyAddress) {
    checkMade(to !== undefined, 'Requester', 'ctx.requester()');
    this.#port = port;
    this.#to = to;
  }

  /** Answers. Never blocks; if the asker has given up, the answer is dropped and counted. */
  reply(value: R): void {
    this.#port.reply(this.#to, value);
  }

  /** Rejects the asker's promise. */
  fail(error: unknown): void {
    this.#port.replyFailure(this.#to, error);
  }

  /** @internal where the answer goes */
  static addressOf(requester: Requester<never>): ReplyAddress {
    return requester.#to;
  }
}
