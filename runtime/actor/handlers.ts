import type { Message, Of, ReplyOf } from '../ref/protocol.js';
import type { Context } from './context.js';

declare const noReply: unique symbol;

/** The type of {@link NO_REPLY}. */
export interface NoReply {
  readonly [noReply]: true;
}

/**
 * What a request handler returns when it does not answer itself: it has taken `ctx.requester()` to
 * answer later, or another actor answers after `ctx.forward`.
 */
export const NO_REPLY: NoReply = Object.freeze({}) as NoReply;

/** What the handler of a message that is answered with `R` may return. */
export type Outcome<R> = R | NoReply | Promise<R | NoReply>;

/**
 * One function for each message type of a protocol, each called with the state, the message of just
 * that type and the context. The list is exhaustive, and replies are checked.
 */
export type Handlers<M extends Message, S> = {
  [T in M['type']]: (
    state: S,
    message: Of<M, T>,
    ctx: Context<M, ReplyOf<Of<M, T>>>,
  ) => Outcome<ReplyOf<Of<M, T>>>;
};

/** A handler when its type no longer matters. */
export type AnyHandler = (state: unknown, message: unknown, ctx: unknown) => unknown;

/** Handlers by message type. A Map, because message types come from outside: `__proto__` is one too. */
export type HandlerTable = ReadonlyMap<string, AnyHandler>;
