import {
  type Context,
  type Message,
  NO_REPLY,
  type NoReply,
  TroupeError,
} from '../../runtime/index.js';

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
