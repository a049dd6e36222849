import {
  type Context,
  type Message,
  NO_REPLY,
  type NoReply,
  TroupeError,
} from '../../runtime/index.js';

/** Answers; what cannot be sent is the asker's trouble, and not that of the actor that was asked. */
export function answered<M extends Message>(ctx: Context<M>, answer: unknown): NoReply {
  const requester: { reply(answer: unknown): void; fail(error: unknown): void } = ctx.requester();
  try {
    requester.reply(answer);
  } catch (error) {
    requester.fail(error);
  }
  return NO_REPLY;
}

/**
 * Fails the asker with what it did wrong, and not the actor that was asked.
 * @throws what is no such error, or has no asker
 */
export function refused<M extends Message>(ctx: Context<M>, error: unknown): NoReply {
  if (!(error instanceof TroupeError)) throw error;
  let requester: { fail(error: unknown): void };
  try {
    requester = ctx.requester();
  } catch {
    throw error;
  }
  requester.fail(error);
  return NO_REPLY;
}
