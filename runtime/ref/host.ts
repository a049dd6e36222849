import type { Transferable } from 'node:worker_threads';
import { checkNames, type OptionNames } from '../base/check-option.js';
import type { ActorRef } from './actor-ref.js';
import type { Message } from './protocol.js';

/** How one message is sent. */
export interface TellOptions {
  /**
   * ArrayBuffers, MessagePorts and the like that change hands instead of being copied, as in
   * `postMessage`. Ignored between actors of one thread, where everything is passed by reference.
   */
  readonly transfer?: readonly Transferable[];
}

/** How one question is asked. */
export interface AskOptions extends TellOptions {
  /** Milliseconds until the asker gives up, more than 0. Default: `askTimeoutMs` of the system. */
  readonly timeoutMs?: number;
  /** Gives up early; the promise rejects with `ERR_ASK_ABORTED`. */
  readonly signal?: AbortSignal;
}

const OPTION_NAMES: OptionNames<AskOptions> = { transfer: true, timeoutMs: true, signal: true };

/**
 * Checks the names of the options of a call: a transfer list given bare, as to `postMessage`, a number, or a
 * misspelled field would otherwise be overlooked.
 * @throws {TroupeError} ERR_OPTION
 */
export function checkCallOptions(options: AskOptions): void {
  checkNames('the options of a call', options, OPTION_NAMES);
}

/** The signal of a call, once its options are checked. @throws {TroupeError} ERR_OPTION */
export function signalOf(options: AskOptions | undefined): AbortSignal | undefined {
  if (options !== undefined) checkCallOptions(options);
  return options?.signal;
}

/** What a reference sends through: the thread that carries its messages, or the actor itself when it lives here. */
export interface Way {
  readonly systemName: string;
  /** The thread behind it, for all that is more than a `tell`. */
  readonly home: Host;
  /** @returns false when the message became a dead letter at once */
  tell(ref: ActorRef<Message>, message: unknown, options: TellOptions | undefined): boolean;
}

/**
 * The one way down from a reference to the thread that carries its messages; it is its own `home`. `worker/`
 * implements it.
 */
export interface Host extends Way {
  ask(ref: ActorRef<Message>, message: unknown, options: AskOptions | undefined): Promise<unknown>;
  send(ref: ActorRef<Message>, message: unknown, options: AskOptions | undefined): Promise<void>;
}
